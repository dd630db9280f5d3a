package bolt_test

import (
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/examples/wiki/storage/bolt"
	"github.com/gangplank-web/gangplank/examples/wiki/storage/storagetest"
)

func TestBolt(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) model.Storage {
		s, err := bolt.Open(filepath.Join(t.TempDir(), "wiki.bolt"))
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

// A file of a time without an index gets one.
func TestLostIndex(t *testing.T) {
	file := filepath.Join(t.TempDir(), "wiki.bolt")
	open := func() model.Storage {
		s, err := bolt.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	storagetest.Lost(t, open, func() {
		db, err := bbolt.Open(file, 0o600, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		err = db.Update(func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte("index-" + model.IndexVersion)) })
		if err != nil {
			t.Fatal(err)
		}
	})
}
