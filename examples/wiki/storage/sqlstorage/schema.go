package sqlstorage

import "strings"

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
