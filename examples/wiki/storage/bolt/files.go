package bolt

import (
	"bytes"
	"context"
	"encoding/json"
	"io"

	"go.etcd.io/bbolt"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
)

// Attach implements model.Storage. A file is in memory while it is stored.
func (s *Storage) Attach(_ context.Context, a model.Attachment, content io.Reader) error {
	b, err := io.ReadAll(content)
	if err != nil {
		return err
	}
	a.Size = int64(len(b))
	key := append(prefix(a.Page), a.Name...)
	return s.db.Update(func(tx *bbolt.Tx) error {
		if err := put(tx.Bucket(attachments), key, a); err != nil {
			return err
		}
		return tx.Bucket(contents).Put(key, b)
	})
}

// Attachment implements model.Storage.
func (s *Storage) Attachment(_ context.Context, page, name string) (a model.Attachment, content io.ReadSeekCloser, err error) {
	key := append(prefix(page), name...)
	err = s.db.View(func(tx *bbolt.Tx) error {
		content = file{bytes.NewReader(bytes.Clone(tx.Bucket(contents).Get(key)))}
		return get(tx.Bucket(attachments), key, &a)
	})
	return a, content, err
}

type file struct{ *bytes.Reader }

func (file) Close() error { return nil }

// Attachments implements model.Storage.
func (s *Storage) Attachments(_ context.Context, page string) (list []model.Attachment, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(attachments).Cursor()
		for key, value := c.Seek(prefix(page)); bytes.HasPrefix(key, prefix(page)); key, value = c.Next() {
			var a model.Attachment
			if err := json.Unmarshal(value, &a); err != nil {
				return err
			}
			list = append(list, a)
		}
		return nil
	})
	return list, err
}

// Detach implements model.Storage.
func (s *Storage) Detach(_ context.Context, page, name string) error {
	key := append(prefix(page), name...)
	return s.db.Update(func(tx *bbolt.Tx) error {
		if err := tx.Bucket(attachments).Delete(key); err != nil {
			return err
		}
		return tx.Bucket(contents).Delete(key)
	})
}
