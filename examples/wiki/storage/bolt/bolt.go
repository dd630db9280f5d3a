// Package bolt keeps a wiki in a bbolt file, an object store for one process: a
// second one that opens the file waits, and then fails.
package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"iter"
	"time"

	"go.etcd.io/bbolt"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/examples/wiki/storage/internal/inverted"
)

// Storage is a model.Storage.
type Storage struct{ db *bbolt.DB }

// The buckets. A revision's key is its title's, the length first, and its number;
// so is an attachment's, with its name.
var (
	revisions   = []byte("revisions")
	recent      = []byte("recent") // time and number to the revision's key
	attachments = []byte("attachments")
	contents    = []byte("contents")
	accounts    = []byte("accounts")
	locks       = []byte("locks")
)

// Open opens the file, and makes it if it is not there.
func Open(file string) (*Storage, error) {
	db, err := bbolt.Open(file, 0o600, &bbolt.Options{Timeout: 5 * time.Second})
	if err != nil {
		return nil, err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{revisions, recent, attachments, contents, accounts, locks} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return nil
	})
	s := &Storage{db}
	if err == nil {
		err = s.index()
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return s, nil
}

// Close implements model.Storage.
func (s *Storage) Close() error { return s.db.Close() }

// prefix begins the keys of what belongs to a page. No title's is the beginning
// of another's.
func prefix(title string) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(title))), title...)
}

func revisionKey(title string, number int) []byte {
	return binary.BigEndian.AppendUint32(prefix(title), uint32(number))
}

func get(b *bbolt.Bucket, key []byte, to any) error {
	value := b.Get(key)
	if value == nil {
		return model.ErrNotFound
	}
	return json.Unmarshal(value, to)
}

func put(b *bbolt.Bucket, key []byte, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return b.Put(key, text)
}

// last moves to the last key with the prefix that is below limit.
func last(c *bbolt.Cursor, prefix, limit []byte) (key, value []byte) {
	c.Seek(limit)
	if key, value = c.Prev(); key == nil && len(limit) > 0 {
		if k, _ := c.Seek(limit); k == nil { // nothing at or after limit: the end is before it
			key, value = c.Last()
		}
	}
	if !bytes.HasPrefix(key, prefix) {
		return nil, nil
	}
	return key, value
}

// Page implements model.Storage.
func (s *Storage) Page(ctx context.Context, title string) (r model.Revision, err error) {
	list, err := s.before(title, 0, 1)
	if err == nil && len(list) == 0 {
		err = model.ErrNotFound
	}
	if err != nil {
		return r, err
	}
	return list[0], nil
}

// before returns revisions of a page with a number below before, the newest first.
func (s *Storage) before(title string, before, limit int) (list []model.Revision, err error) {
	end := bytes.Repeat([]byte{0xff}, 4)
	if before > 0 {
		end = binary.BigEndian.AppendUint32(nil, uint32(before))
	}
	page := prefix(title)
	err = s.db.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(revisions).Cursor()
		for key, value := last(c, page, append(bytes.Clone(page), end...)); bytes.HasPrefix(key, page) && len(list) < limit; key, value = c.Prev() {
			var r model.Revision
			if err := json.Unmarshal(value, &r); err != nil {
				return err
			}
			list = append(list, r)
		}
		return nil
	})
	return list, err
}

// Revision implements model.Storage.
func (s *Storage) Revision(_ context.Context, title string, number int) (r model.Revision, err error) {
	if number < 1 {
		return r, model.ErrNotFound
	}
	err = s.db.View(func(tx *bbolt.Tx) error { return get(tx.Bucket(revisions), revisionKey(title, number), &r) })
	return r, err
}

// Save implements model.Storage. One transaction writes at a time.
func (s *Storage) Save(_ context.Context, r model.Revision) error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(revisions)
		key := revisionKey(r.Title, r.Number)
		if r.Number < 1 || b.Get(key) != nil || r.Number > 1 && b.Get(revisionKey(r.Title, r.Number-1)) == nil {
			return model.ErrConflict
		}
		if err := put(b, key, r); err != nil {
			return err
		}
		if err := tx.Bucket(recent).Put(append(timeKey(r.Time), key...), nil); err != nil {
			return err
		}
		return inverted.Put(tx, func(yield func(model.Revision, error) bool) { yield(r, nil) })
	})
}

// History implements model.Storage.
func (s *Storage) History(_ context.Context, title string, before, limit int) ([]model.Revision, error) {
	return without(s.before(title, before, limit))
}

// without drops the texts.
func without(list []model.Revision, err error) ([]model.Revision, error) {
	for i := range list {
		list[i].Text = ""
	}
	return list, err
}

// Recent implements model.Storage.
func (s *Storage) Recent(_ context.Context, before time.Time, limit int) (list []model.Revision, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(recent).Cursor()
		for key := lastBefore(c, before); key != nil && len(list) < limit; key, _ = c.Prev() {
			var r model.Revision
			if err := get(tx.Bucket(revisions), key[8:], &r); err != nil {
				return err
			}
			list = append(list, r)
		}
		return nil
	})
	return without(list, err)
}

// timeKey is what keys of the bucket begin with.
func timeKey(t time.Time) []byte { return binary.BigEndian.AppendUint64(nil, uint64(t.UnixMicro())) }

// lastBefore returns the last key from before a time, or of all.
func lastBefore(c *bbolt.Cursor, before time.Time) (key []byte) {
	if !before.IsZero() {
		if at, _ := c.Seek(timeKey(before)); at != nil {
			key, _ = c.Prev()
			return key
		}
	}
	key, _ = c.Last()
	return key
}

// Pages implements model.Storage.
func (s *Storage) Pages(ctx context.Context) iter.Seq2[model.Revision, error] {
	return func(yield func(model.Revision, error) bool) {
		titles, err := s.titles()
		if err != nil {
			yield(model.Revision{}, err)
			return
		}
		for _, title := range titles {
			if r, err := s.Page(ctx, title); !yield(r, err) || err != nil {
				return
			}
		}
	}
}
