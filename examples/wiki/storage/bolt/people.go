package bolt

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
)

// titles returns the titles of all pages that ever were, in order.
func (s *Storage) titles() (list []string, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(revisions).Cursor()
		for key, _ := c.First(); key != nil; {
			title := string(key[4 : 4+binary.BigEndian.Uint32(key)])
			list = append(list, title)
			key, _ = c.Seek(append(prefix(title), 0xff, 0xff, 0xff, 0xff))
		}
		return nil
	})
	slices.Sort(list) // the keys are in the order of lengths first
	return list, err
}

// Account implements model.Storage.
func (s *Storage) Account(_ context.Context, name string) (a model.Account, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error { return get(tx.Bucket(accounts), prefix(name), &a) })
	return a, err
}

// Accounts implements model.Storage.
func (s *Storage) Accounts(context.Context) (list []model.Account, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(accounts).ForEach(func(_, value []byte) error {
			var a model.Account
			if err := json.Unmarshal(value, &a); err != nil {
				return err
			}
			list = append(list, a)
			return nil
		})
	})
	slices.SortFunc(list, func(a, b model.Account) int { return strings.Compare(a.Name, b.Name) })
	return list, err
}

// SaveAccount implements model.Storage.
func (s *Storage) SaveAccount(_ context.Context, a model.Account, fresh bool) error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(accounts)
		if fresh && b.Get(prefix(a.Name)) != nil {
			return model.ErrConflict
		}
		return put(b, prefix(a.Name), a)
	})
}

// Lock implements model.Storage.
func (s *Storage) Lock(_ context.Context, title, role string) error {
	return s.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(locks).Put(prefix(title), []byte(role)) })
}

// LockOf implements model.Storage.
func (s *Storage) LockOf(_ context.Context, title string) (role string, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		role = string(tx.Bucket(locks).Get(prefix(title)))
		return nil
	})
	return role, err
}
