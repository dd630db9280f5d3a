package sqlstorage

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
)

// Account implements model.Storage.
func (s *Storage) Account(ctx context.Context, name string) (model.Account, error) {
	return scanAccount(s.db.QueryRowContext(ctx, "SELECT name, hash, roles, created FROM accounts WHERE name = $1", []byte(name)))
}

func scanAccount(from row) (a model.Account, err error) {
	var roles string
	var created int64
	var name []byte
	err = from.Scan(&name, &a.Hash, &roles, &created)
	if errors.Is(err, sql.ErrNoRows) {
		err = model.ErrNotFound
	}
	a.Name, a.Roles, a.Created = string(name), strings.Fields(roles), time.UnixMicro(created).UTC()
	return a, err
}

// Accounts implements model.Storage.
func (s *Storage) Accounts(ctx context.Context) (list []model.Account, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT name, hash, roles, created FROM accounts ORDER BY name")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		a, err := scanAccount(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, rows.Err()
}

// SaveAccount implements model.Storage.
func (s *Storage) SaveAccount(ctx context.Context, a model.Account, fresh bool) error {
	then := "DO UPDATE SET hash = excluded.hash, roles = excluded.roles"
	if fresh {
		then = "DO NOTHING"
	}
	result, err := s.db.ExecContext(ctx, "INSERT INTO accounts (name, hash, roles, created) VALUES ($1, $2, $3, $4) ON CONFLICT (name) "+then,
		[]byte(a.Name), a.Hash, strings.Join(a.Roles, " "), a.Created.UnixMicro())
	if err != nil {
		return err
	}
	return one(result)
}

// Lock implements model.Storage.
func (s *Storage) Lock(ctx context.Context, title, role string) error {
	_, err := s.db.ExecContext(ctx, "INSERT INTO locks (title, role) VALUES ($1, $2) ON CONFLICT (title) DO UPDATE SET role = excluded.role", []byte(title), role)
	return err
}

// LockOf implements model.Storage.
func (s *Storage) LockOf(ctx context.Context, title string) (role string, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT role FROM locks WHERE title = $1", []byte(title)).Scan(&role)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return role, err
}
