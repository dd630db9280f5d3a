// Package sqlstorage keeps a wiki in a SQL database: SQLite, in one file, or
// PostgreSQL, which several machines can share.
package sqlstorage

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"math"
	"time"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
)

// Storage is a model.Storage.
type Storage struct {
	db *sql.DB
	dialect
}

// dialect is where the databases differ. Statements have PostgreSQL's $1, which
// SQLite takes as well.
type dialect struct {
	schema string
	lock   string // keeps others from making tables, until the transaction ends
	searching
	duplicate func(error) bool // whether an INSERT failed because the key is there
}

func open(ctx context.Context, db *sql.DB, d dialect) (*Storage, error) {
	s := &Storage{db, d}
	_, err := db.ExecContext(ctx, d.schema)
	if err == nil {
		err = s.index(ctx)
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return s, nil
}

// DB is the database, for what else is kept there.
func (s *Storage) DB() *sql.DB { return s.db }

// Close implements model.Storage.
func (s *Storage) Close() error { return s.db.Close() }

// The columns of a revision, and the newest of each page.
const (
	columns = "title, number, author, comment, at, moved_to, deleted, "
	newest  = "number = (SELECT max(number) FROM revisions n WHERE n.title = r.title)"
)

// row is what sql.Row and sql.Rows have in common.
type row interface{ Scan(...any) error }

func scan(from row) (r model.Revision, err error) {
	var at int64
	title, text := []byte(nil), []byte(nil)
	err = from.Scan(&title, &r.Number, &r.Author, &r.Comment, &at, &r.MovedTo, &r.Deleted, &text)
	if errors.Is(err, sql.ErrNoRows) {
		err = model.ErrNotFound
	}
	r.Title, r.Text, r.Time = string(title), string(text), time.UnixMicro(at).UTC()
	return r, err
}

// Page implements model.Storage.
func (s *Storage) Page(ctx context.Context, title string) (model.Revision, error) {
	return scan(s.db.QueryRowContext(ctx, "SELECT "+columns+"text FROM revisions WHERE title = $1 ORDER BY number DESC LIMIT 1", []byte(title)))
}

// Revision implements model.Storage.
func (s *Storage) Revision(ctx context.Context, title string, number int) (model.Revision, error) {
	return scan(s.db.QueryRowContext(ctx, "SELECT "+columns+"text FROM revisions WHERE title = $1 AND number = $2", []byte(title), number))
}

// Save implements model.Storage. That a revision has only one successor is the
// primary key's doing; that it has a predecessor, the condition's.
func (s *Storage) Save(ctx context.Context, r model.Revision) error {
	title, text := r.Terms()
	return s.within(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, "INSERT INTO revisions ("+columns+`text)
			SELECT $1, $2, $3, $4, $5, $6, $7, $8
			WHERE $2 = 1 + coalesce((SELECT max(number) FROM revisions WHERE title = $1), 0)`,
			[]byte(r.Title), r.Number, r.Author, r.Comment, r.Time.UnixMicro(), r.MovedTo, r.Deleted, []byte(r.Text))
		if err != nil {
			if s.duplicate(err) {
				return model.ErrConflict
			}
			return err
		}
		if err := one(result); err != nil {
			return err
		}
		return s.put(ctx, tx, r.Title, title, text)
	})
}

// within has all that do does stored, or nothing.
func (s *Storage) within(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // after Commit there is nothing to take back
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// one says that somebody else was quicker unless one row was written.
func one(result sql.Result) error {
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		return model.ErrConflict
	}
	return err
}

// History implements model.Storage.
func (s *Storage) History(ctx context.Context, title string, before, limit int) ([]model.Revision, error) {
	return s.list(ctx, "SELECT "+columns+"'' FROM revisions WHERE title = $1 AND ($2 = 0 OR number < $2) ORDER BY number DESC LIMIT $3", []byte(title), before, limit)
}

// Recent implements model.Storage.
func (s *Storage) Recent(ctx context.Context, before time.Time, limit int) ([]model.Revision, error) {
	end := int64(math.MaxInt64)
	if !before.IsZero() {
		end = before.UnixMicro()
	}
	return s.list(ctx, "SELECT "+columns+"'' FROM revisions WHERE at < $1 ORDER BY at DESC, number DESC LIMIT $2", end, limit)
}

func (s *Storage) list(ctx context.Context, query string, args ...any) (list []model.Revision, err error) {
	for r, err := range s.each(ctx, query, args...) {
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

// Pages implements model.Storage.
func (s *Storage) Pages(ctx context.Context) iter.Seq2[model.Revision, error] {
	return s.each(ctx, "SELECT "+columns+"text FROM revisions r WHERE "+newest+" ORDER BY title")
}

func (s *Storage) each(ctx context.Context, query string, args ...any) iter.Seq2[model.Revision, error] {
	return func(yield func(model.Revision, error) bool) {
		rows, err := s.db.QueryContext(ctx, query, args...)
		if err != nil {
			yield(model.Revision{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			if r, err := scan(rows); !yield(r, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(model.Revision{}, err)
		}
	}
}
