package bolt_test

import (
	"path/filepath"
	"testing"

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
