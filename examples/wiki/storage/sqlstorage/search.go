package sqlstorage

import (
	"context"
	"database/sql"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
)

// search is the index's table. Where it is there it is whole: it was made and
// filled in one transaction.
const search = "search_" + model.IndexVersion

// searching is where the databases differ most. The index has a row for each page
// that ever was, written in the transaction of its newest revision.
type searching struct {
	there  string // tells whether there is an index of this version
	create string
	put    func(ctx context.Context, tx *sql.Tx, page string, title, text []string) error
	find   string                      // the revisions for $1, at most $2
	query  func(words []string) string // is $1
}

// index makes the index of a database that has none. A look comes first: most of
// those who open a database, such as CGI programs, must not wait for a writer.
func (s *Storage) index(ctx context.Context) error {
	var there bool
	if err := s.db.QueryRowContext(ctx, s.there).Scan(&there); err != nil || there {
		return err
	}
	pages := s.Pages(ctx)
	return s.within(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, s.lock); err != nil {
			return err
		}
		if err := tx.QueryRowContext(ctx, s.there).Scan(&there); err != nil || there {
			return err
		}
		if _, err := tx.ExecContext(ctx, s.create); err != nil {
			return err
		}
		for page, err := range pages {
			if err != nil {
				return err
			}
			title, text := page.Terms()
			if err := s.put(ctx, tx, page.Title, title, text); err != nil {
				return err
			}
		}
		return nil
	})
}

// Search implements model.Storage.
func (s *Storage) Search(ctx context.Context, words []string, limit int) ([]model.Revision, error) {
	return s.list(ctx, s.find, s.query(words), limit)
}
