package sqlstore

import (
	"context"
	"errors"
	"strings"
)

// tries is how often a statement is tried that the database has undone.
const tries = 10

// exec returns the number of rows that the statement has changed. InnoDB finds
// deadlocks also between statements that change one row each, and undoes one
// of them. It means: say it again.
func (s *Store) exec(ctx context.Context, statement string, args ...any) (int64, error) {
	for try := 1; ; try++ {
		result, err := s.config.DB.ExecContext(ctx, statement, args...)
		if err == nil {
			return result.RowsAffected()
		}
		if try == tries || !undone(err) {
			return 0, err
		}
	}
}

// undone reports whether err is of SQLSTATE's class 40, transaction rollback:
// of a statement that is its own transaction, nothing was done. PostgreSQL's
// drivers have a method for the state. MySQL's have none in common, but the
// text is "Error 1213 (40001): Deadlock found...".
func undone(err error) bool {
	var coded interface{ SQLState() string }
	if errors.As(err, &coded) {
		return strings.HasPrefix(coded.SQLState(), "40")
	}
	return strings.Contains(err.Error(), "(40001)")
}
