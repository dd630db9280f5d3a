package sqlstorage

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// CREATE TABLE IF NOT EXISTS fails when somebody else makes the table at the same
// time. The lock is held to the end of the transaction, which all statements of
// one call are.
const lock = "SELECT pg_advisory_xact_lock(7305)"

// PostgreSQL opens a database by its address, such as
// postgres://user@host/database.
func PostgreSQL(ctx context.Context, address string) (*Storage, error) {
	db, err := sql.Open("pgx", address)
	if err != nil {
		return nil, err
	}
	return open(ctx, db, dialect{schema: lock + ";" + typed("BYTEA"), lock: lock, searching: tsvector, duplicate: func(err error) bool {
		var e *pgconn.PgError
		return errors.As(err, &e) && e.Code == "23505" // unique_violation
	}})
}

// tsvector keeps the index in a column of the type tsvector with a GIN index
// (https://www.postgresql.org/docs/current/textsearch.html). Words are given as
// they are: PostgreSQL's own parser would take an address or a path for one.
var tsvector = searching{
	// A look into a table sees what others have just committed; to_regclass may not.
	there:  "SELECT count(*) > 0 FROM pg_tables WHERE schemaname = current_schema() AND tablename = '" + search + "'",
	create: "CREATE TABLE " + search + " (title BYTEA PRIMARY KEY, words TSVECTOR NOT NULL); CREATE INDEX ON " + search + " USING gin (words)",
	put: func(ctx context.Context, tx *sql.Tx, page string, title, text []string) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO "+search+` (title, words) VALUES ($1, $2::text::tsvector)
			ON CONFLICT (title) DO UPDATE SET words = excluded.words`, []byte(page), lexemes(title, "A")+lexemes(text, "D"))
		return err
	},
	find: "SELECT " + columns + "text FROM " + search + ` s JOIN revisions r USING (title), CAST($1::text AS tsquery) query
		WHERE s.words @@ query AND ` + newest + " ORDER BY ts_rank(s.words, query) DESC, title LIMIT $2",
	query: func(words []string) string { return "'" + strings.Join(words, "':* & '") + "':*" },
}

// lexemes writes words, each once, as a tsvector with a weight. Only what has a
// position has a weight.
func lexemes(words []string, weight string) string {
	var out strings.Builder
	seen := make(map[string]bool)
	for _, word := range words {
		if !seen[word] {
			seen[word] = true
			out.WriteString("'" + word + "':1" + weight + " ")
		}
	}
	return out.String()
}
