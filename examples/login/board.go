package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver

	"github.com/gangplank-web/gangplank/middleware/auth"
)

// board is the database: who may come, and what they have put up.
type board struct{ db *sql.DB }

// The hashes are those of the passwords in the package's comment.
const schema = `
CREATE TABLE IF NOT EXISTS accounts (name TEXT PRIMARY KEY, hash TEXT NOT NULL, roles TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS notices (id INTEGER PRIMARY KEY AUTOINCREMENT, author TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL);
INSERT OR IGNORE INTO accounts VALUES
	('alice', '$argon2id$v=19$m=19456,t=2,p=1$KuP3JGpqK0/8tz9jlYJaLg$ipWYwJ02rKCFy9kzwb3P3WH5UKSP3VP6qH2DmNzAWPo', 'admin'),
	('bob', '$argon2id$v=19$m=19456,t=2,p=1$Zrm5aWxTTmUlGLXpNgTKaw$IyYmStalN1NU+CRnQxm1AqiFIODYpM25/CtXKi63/HA', '');
`

// openBoard opens the file, and makes it if it is not there.
func openBoard(ctx context.Context, file string) (*board, error) {
	source := url.URL{Scheme: "file", Opaque: (&url.URL{Path: file}).EscapedPath()}
	source.RawQuery = url.Values{"_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(NORMAL)"}}.Encode()
	db, err := sql.Open("sqlite", source.String())
	if err == nil {
		_, err = db.ExecContext(ctx, schema)
	}
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", file, err)
	}
	return &board{db}, nil
}

// Account implements auth.Accounts.
func (b *board) Account(ctx context.Context, name string) (a auth.Account, err error) {
	var roles string
	err = b.db.QueryRowContext(ctx, `SELECT name, hash, roles FROM accounts WHERE name = ?`, strings.ToLower(name)).Scan(&a.Name, &a.Hash, &roles)
	if errors.Is(err, sql.ErrNoRows) {
		return auth.Account{}, nil
	}
	a.Roles = strings.Fields(roles)
	return a, err
}

// SetHash implements auth.Rehasher.
func (b *board) SetHash(ctx context.Context, name, old, hash string) error {
	_, err := b.db.ExecContext(ctx, `UPDATE accounts SET hash = ? WHERE name = ? AND hash = ?`, hash, name, old)
	return err
}

// notice is what hangs on the board.
type notice struct {
	ID           int64
	Author, Text string
	At           time.Time
}

// notices returns the newest.
func (b *board) notices(ctx context.Context) (list []notice, err error) {
	rows, err := b.db.QueryContext(ctx, `SELECT id, author, text, at FROM notices ORDER BY id DESC LIMIT 50`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var n notice
		var at int64
		if err := rows.Scan(&n.ID, &n.Author, &n.Text, &at); err != nil {
			return nil, err
		}
		n.At = time.Unix(at, 0).UTC()
		list = append(list, n)
	}
	return list, rows.Err()
}

func (b *board) add(ctx context.Context, author, text string) error {
	_, err := b.db.ExecContext(ctx, `INSERT INTO notices (author, text, at) VALUES (?, ?, ?)`, author, text, time.Now().Unix())
	return err
}

// remove reports whether there was such a notice.
func (b *board) remove(ctx context.Context, id string) (found bool, err error) {
	result, err := b.db.ExecContext(ctx, `DELETE FROM notices WHERE id = ?`, id)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}
