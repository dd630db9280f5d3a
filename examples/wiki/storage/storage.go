// Package storage opens the storage that an address names, and copies one into
// another.
package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/examples/wiki/storage/bolt"
	"github.com/gangplank-web/gangplank/examples/wiki/storage/files"
	"github.com/gangplank-web/gangplank/examples/wiki/storage/sqlstorage"
	"github.com/gangplank-web/gangplank/middleware/session"
	"github.com/gangplank-web/gangplank/middleware/session/filestore"
	"github.com/gangplank-web/gangplank/middleware/session/sqlstore"
)

// Opened is a wiki's storage, and the store for its users' sessions, so that
// whatever processes share the wiki share the log-ins.
type Opened struct {
	model.Storage
	Sessions session.Store
}

// Open opens what address names:
//
//	wiki.db, sqlite:wiki.db       a SQLite database
//	postgres://user@host/name     a PostgreSQL database
//	files:folder                  a folder of files
//	bolt:file                     a bbolt file, for one process
func Open(ctx context.Context, address string) (Opened, error) {
	scheme, rest := split(address)
	switch scheme {
	case "sqlite":
		s, err := sqlstorage.SQLite(ctx, rest)
		return withSessions(ctx, s, sqlstore.SQLite, err)
	case "postgres", "postgresql":
		s, err := sqlstorage.PostgreSQL(ctx, address)
		return withSessions(ctx, s, sqlstore.PostgreSQL, err)
	case "files":
		return openFiles(rest)
	case "bolt":
		s, err := bolt.Open(rest)
		if err != nil {
			return Opened{}, err
		}
		return Opened{s, session.NewMemory(16 << 20)}, nil
	}
	return Opened{}, fmt.Errorf("storage %q: the schemes are sqlite, postgres, files and bolt", scheme)
}

// Beside returns a name for what is kept beside the data, as SQLite puts wiki.db-wal
// beside wiki.db, or "" if the data is not on this machine.
func Beside(address, what string) string {
	switch scheme, rest := split(address); scheme {
	case "sqlite", "bolt":
		return rest + "-" + what
	case "files":
		return filepath.Join(rest, what)
	}
	return ""
}

// split divides an address.
func split(address string) (scheme, rest string) {
	scheme, rest, ok := strings.Cut(address, ":")
	if !ok || filepath.VolumeName(address) != "" {
		return "sqlite", address
	}
	return scheme, rest
}

func openFiles(dir string) (Opened, error) {
	s, err := files.Open(dir)
	if err != nil {
		return Opened{}, err
	}
	sessions, err := filestore.Open(filestore.Config{Dir: filepath.Join(dir, "sessions")})
	if err != nil {
		return Opened{}, errors.Join(err, s.Close())
	}
	return Opened{s, sessions}, nil
}

func withSessions(ctx context.Context, s interface {
	model.Storage
	DB() *sql.DB
}, dialect sqlstore.Dialect, err error) (Opened, error) {
	if err != nil {
		return Opened{}, err
	}
	store := sqlstore.New(sqlstore.Config{DB: s.DB(), Dialect: dialect})
	return Opened{s, store}, store.CreateTable(ctx)
}
