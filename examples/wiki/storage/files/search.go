package files

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/examples/wiki/storage/internal/inverted"
)

// The index is a bbolt file, which many may read at a time, or one process may
// write. It may be removed: it is made anew. Whoever saves does not touch it, but
// leaves a mark beforehand; whoever searches brings it up to date, and removes
// the marks of what it then has. So no moment to die in makes it wrong.
const index = "index-" + model.IndexVersion + ".bolt"

// openIndex opens an index. A large wiki's takes seconds to be brought up to date.
func (s *Storage) openIndex(file string, readOnly bool) (*bbolt.DB, error) {
	return bbolt.Open(file, 0o600, &bbolt.Options{OpenFile: s.root.OpenFile, ReadOnly: readOnly, Timeout: time.Minute})
}

func freshFile(title string, number int) string {
	return fmt.Sprintf("fresh/%s-%08d", hash(title), number)
}

// mark notes that the index lacks a revision.
func (s *Storage) mark(r model.Revision) error {
	if err := s.root.WriteFile(freshFile(r.Title, r.Number), nil, 0o600); err != nil {
		return err
	}
	return s.sync("fresh")
}

// Search implements model.Storage.
func (s *Storage) Search(ctx context.Context, words []string, limit int) ([]model.Revision, error) {
	if err := s.refresh(ctx); err != nil {
		return nil, err
	}
	db, err := s.openIndex(index, true)
	if err != nil {
		return nil, err
	}
	var titles []string
	err = db.View(func(tx *bbolt.Tx) error {
		titles = inverted.Find(tx, words, limit)
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		return nil, err
	}
	return inverted.Pages(ctx, s, titles)
}

// refresh brings the index up to date.
func (s *Storage) refresh(ctx context.Context) error {
	if _, err := s.root.Stat(index); errors.Is(err, fs.ErrNotExist) {
		if err := s.makeIndex(ctx); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	marks, err := s.lacking()
	if err != nil || len(marks) == 0 {
		return err
	}
	if err := s.update(index, func(tx *bbolt.Tx) error { return inverted.Put(tx, s.marked(marks)) }); err != nil {
		return err
	}
	for _, mark := range marks {
		if err := s.remove("fresh/" + mark); err != nil {
			return err
		}
	}
	return nil
}

func (s *Storage) update(file string, change func(*bbolt.Tx) error) error {
	db, err := s.openIndex(file, false)
	if err != nil {
		return err
	}
	return errors.Join(db.Update(change), db.Close())
}

// makeIndex makes the index of all pages. It gets its name when it is whole; of
// several makers one wins, since what was saved after his look has marks.
func (s *Storage) makeIndex(ctx context.Context) error {
	temporary := "new/" + rand.Text()
	defer s.root.Remove(temporary)
	if err := s.update(temporary, func(tx *bbolt.Tx) error { return inverted.Make(tx, s.Pages(ctx)) }); err != nil {
		return err
	}
	if err := s.root.Link(temporary, index); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return s.sync(".")
}

// lacking returns the marks of what is stored. Others are of revisions that are
// about to be, or that died with their process.
func (s *Storage) lacking() ([]string, error) {
	marks, err := s.list("fresh")
	return slices.DeleteFunc(marks, func(mark string) bool {
		_, err := s.root.Stat("pages/" + strings.Replace(mark, "-", "/", 1) + ".json")
		return err != nil
	}), err
}

// marked yields the newest revisions of the marked pages. They are read while
// nobody else writes the index: another writer might put in older ones
// afterwards.
func (s *Storage) marked(marks []string) iter.Seq2[model.Revision, error] {
	return func(yield func(model.Revision, error) bool) {
		var last string
		for _, mark := range marks { // in order: those of a page follow each other
			page, _, _ := strings.Cut(mark, "-")
			if page == last {
				continue
			}
			last = page
			if r, err := s.newestIn("pages/" + page); !yield(r, err) {
				return
			}
		}
	}
}
