package sqlstorage

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"
)

// Titles and names are stored as bytes: they are compared as such on every
// database, whatever its collation, and none minds a NUL in them.
const tables = `
CREATE TABLE IF NOT EXISTS revisions (
	title BYTES NOT NULL, number INTEGER NOT NULL, author TEXT NOT NULL, comment TEXT NOT NULL,
	at BIGINT NOT NULL, moved_to TEXT NOT NULL, deleted BOOLEAN NOT NULL, text BYTES NOT NULL,
	PRIMARY KEY (title, number)
);
CREATE INDEX IF NOT EXISTS revisions_at ON revisions (at);
CREATE TABLE IF NOT EXISTS attachments (
	page BYTES NOT NULL, name BYTES NOT NULL, type TEXT NOT NULL, size BIGINT NOT NULL, author TEXT NOT NULL, at BIGINT NOT NULL, content BYTES NOT NULL,
	PRIMARY KEY (page, name)
);
CREATE TABLE IF NOT EXISTS accounts (name BYTES PRIMARY KEY, hash TEXT NOT NULL, roles TEXT NOT NULL, created BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS locks (title BYTES PRIMARY KEY, role TEXT NOT NULL);
`

// typed returns tables with the database's own word for bytes.
func typed(word string) string { return strings.ReplaceAll(tables, "BYTES", word) }

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
	return open(ctx, db, dialect{schema: typed("BLOB"), duplicate: func(err error) bool {
		var e *sqlite.Error
		return errors.As(err, &e) && e.Code() == sqlitelib.SQLITE_CONSTRAINT_PRIMARYKEY
	}})
}

// PostgreSQL opens a database by its address, such as
// postgres://user@host/database.
func PostgreSQL(ctx context.Context, address string) (*Storage, error) {
	// CREATE TABLE IF NOT EXISTS fails when somebody else makes the table at the
	// same time. All statements are one transaction; the lock is held to its end.
	const lock = "SELECT pg_advisory_xact_lock(7305);"
	db, err := sql.Open("pgx", address)
	if err != nil {
		return nil, err
	}
	return open(ctx, db, dialect{schema: lock + typed("BYTEA"), duplicate: func(err error) bool {
		var e *pgconn.PgError
		return errors.As(err, &e) && e.Code == "23505" // unique_violation
	}})
}
