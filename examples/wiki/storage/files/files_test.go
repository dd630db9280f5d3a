package files_test

import (
	"os"
	"path/filepath"
	"strings"
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

// The index may be removed.
func TestLostIndex(t *testing.T) {
	dir := t.TempDir()
	open := func() model.Storage {
		s, err := files.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	storagetest.Lost(t, open, func() {
		if err := os.Remove(filepath.Join(dir, "index-"+model.IndexVersion+".bolt")); err != nil {
			t.Fatal(err)
		}
	})
}

// Marks that lead nowhere, of processes that died before they had saved, do no
// harm; those of what is indexed are removed.
func TestMarks(t *testing.T) {
	dir := t.TempDir()
	s, err := files.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	dead := filepath.Join(dir, "fresh", strings.Repeat("0", 32)+"-00000001")
	if err := os.WriteFile(dead, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for number := 1; number <= 3; number++ {
		if err := s.Save(t.Context(), model.Revision{Title: "P", Number: number, Text: "word"}); err != nil {
			t.Fatal(err)
		}
	}
	if found, err := s.Search(t.Context(), []string{"word"}, 9); err != nil || len(found) != 1 || found[0].Number != 3 {
		t.Errorf("got %v, %v", found, err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "fresh", "*")); err != nil || len(left) != 1 || left[0] != dead {
		t.Errorf("got %q, %v", left, err)
	}
}
