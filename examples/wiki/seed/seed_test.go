package seed_test

import (
	"context"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/examples/wiki/seed"
	"github.com/gangplank-web/gangplank/examples/wiki/storage"
)

func empty(t *testing.T) model.Wiki {
	t.Helper()
	opened, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "wiki"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { opened.Close() })
	return model.Wiki{Storage: opened}
}

func titles(t *testing.T, w model.Wiki) (titles []string) {
	t.Helper()
	for r, err := range w.Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		titles = append(titles, r.Title)
	}
	return titles
}

// slow is the storage of a process that is stopped for a while after its first page.
type slow struct {
	model.Storage
	stopped func()
}

func (s slow) Save(ctx context.Context, r model.Revision) error {
	defer s.stopped()
	return s.Storage.Save(ctx, r)
}

// Of two processes that start at once neither shows a wiki without its front page.
func TestPlantedTogether(t *testing.T) {
	w := empty(t)
	other := sync.OnceFunc(func() {
		if err := seed.Plant(t.Context(), w); err != nil {
			t.Error(err)
		}
		if got := titles(t, w); len(got) != 6 || !slices.Contains(got, "Front Page") {
			t.Errorf("the other one finds %q", got)
		}
	})
	if err := seed.Plant(t.Context(), model.Wiki{Storage: slow{w.Storage, other}}); err != nil {
		t.Error(err)
	}
}

// What somebody has changed is a wiki in use, to which nothing is added.
func TestNotPlanted(t *testing.T) {
	w := empty(t)
	if _, err := w.Edit(t.Context(), model.Revision{Title: "Mine", Text: "text"}, 0); err != nil {
		t.Fatal(err)
	}
	if err := seed.Plant(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	if got := titles(t, w); !slices.Equal(got, []string{"Mine"}) {
		t.Errorf("got %q", got)
	}
}
