package files_test

import (
	"testing"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/examples/wiki/storage/files"
	"github.com/gangplank-web/gangplank/examples/wiki/storage/storagetest"
)

func TestFiles(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) model.Storage {
		s, err := files.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}
