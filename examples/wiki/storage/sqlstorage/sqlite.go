package sqlstorage

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"strings"

	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"
)

// SQLite opens the database in a file, and makes it if it is not there. The
// write-ahead log lets readers go on while somebody writes; synchronous=FULL has
// what was committed survive a loss of power as well.
func SQLite(ctx context.Context, file string) (*Storage, error) {
	// Immediate transactions wait for each other; deferred ones may fail.
	dsn := (&url.URL{Scheme: "file", Opaque: url.PathEscape(file), RawQuery: "_txlock=immediate" +
		"&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"}).String()
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	return open(ctx, db, dialect{schema: typed("BLOB"), lock: "SELECT 1", searching: fts5, duplicate: func(err error) bool {
		var e *sqlite.Error
		return errors.As(err, &e) && e.Code() == sqlitelib.SQLITE_CONSTRAINT_PRIMARYKEY
	}})
}

// fts5 keeps the index in SQLite's FTS5 (https://sqlite.org/fts5.html), without
// the words' texts. Its tokenizer "ascii" takes every letter beyond ASCII for one,
// so that words stay as they are given. Rows have numbers there and no titles.
var fts5 = searching{
	there: "SELECT count(*) > 0 FROM sqlite_master WHERE name = '" + search + "'",
	create: `
CREATE TABLE IF NOT EXISTS searched (id INTEGER PRIMARY KEY, title BLOB NOT NULL UNIQUE);
CREATE VIRTUAL TABLE ` + search + ` USING fts5 (heading, body, content='', contentless_delete=1, tokenize='ascii', prefix='2 3')`,
	put: func(ctx context.Context, tx *sql.Tx, page string, title, text []string) error {
		if _, err := tx.ExecContext(ctx, "INSERT INTO searched (title) VALUES ($1) ON CONFLICT DO NOTHING", []byte(page)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "REPLACE INTO "+search+" (rowid, heading, body) SELECT id, $2, $3 FROM searched WHERE title = $1",
			[]byte(page), strings.Join(title, " "), strings.Join(text, " "))
		return err
	},
	find: "SELECT " + columns + "text FROM " + search + " s JOIN searched ON id = s.rowid JOIN revisions r USING (title) WHERE " +
		search + " MATCH $1 AND " + newest + " ORDER BY bm25(" + search + ", 10, 1), title LIMIT $2",
	query: func(words []string) string { return `"` + strings.Join(words, `"* AND "`) + `"*` },
}
