package bolt

import (
	"context"

	"go.etcd.io/bbolt"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/examples/wiki/storage/internal/inverted"
)

// index makes the index of a file that has none. Pages has no transaction open
// while it yields: it would wait for this one.
func (s *Storage) index() error {
	return s.db.Update(func(tx *bbolt.Tx) error { return inverted.Make(tx, s.Pages(context.Background())) })
}

// Search implements model.Storage.
func (s *Storage) Search(ctx context.Context, words []string, limit int) ([]model.Revision, error) {
	var titles []string
	err := s.db.View(func(tx *bbolt.Tx) error {
		titles = inverted.Find(tx, words, limit)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return inverted.Pages(ctx, s, titles)
}
