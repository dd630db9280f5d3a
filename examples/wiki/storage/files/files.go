// Package files keeps a wiki in a folder: a file for each revision, which is
// written once and never changed, for each attachment, account and lock.
//
//	pages/<page>/00000001.json     revisions
//	recent/<time>-<page>-00000001  what changed when, in the name
//	files/<page>/<name>            attachments: a line of JSON, and the content
//	accounts/<name>.json, locks/<page>.json
//	index-1.bolt                   what a search looks into, made of the pages
//	fresh/<page>-00000001          what it does not have yet, in the name
//
// <page> and <name> are hashes: no title can lead anywhere, and systems that do
// not tell letters apart do no harm. Any number of processes may share the folder:
// what is there is whole, since a file gets its name when it is complete.
package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
)

// Storage is a model.Storage.
type Storage struct{ root *os.Root }

// Open opens the wiki in a folder, and makes it if it is not there.
func Open(dir string) (*Storage, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	for _, sub := range []string{"pages", "recent", "files", "accounts", "locks", "fresh", "new"} {
		if err := root.Mkdir(sub, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			root.Close()
			return nil, err
		}
	}
	return &Storage{root}, nil
}

// Close implements model.Storage.
func (s *Storage) Close() error { return s.root.Close() }

// hash is the name under which a title, or another name, is kept.
func hash(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:16])
}

func pageDir(title string) string { return "pages/" + hash(title) }

func revisionFile(title string, number int) string {
	return fmt.Sprintf("%s/%08d.json", pageDir(title), number)
}

// Page implements model.Storage.
func (s *Storage) Page(_ context.Context, title string) (model.Revision, error) {
	return s.newestIn(pageDir(title))
}

// newestIn returns the newest revision in a page's folder.
func (s *Storage) newestIn(dir string) (r model.Revision, err error) {
	numbers, err := s.numbers(dir)
	if err != nil {
		return r, err
	}
	if len(numbers) == 0 {
		return r, model.ErrNotFound
	}
	err = s.read(fmt.Sprintf("%s/%08d.json", dir, numbers[len(numbers)-1]), &r)
	return r, err
}

// numbers returns the numbers of a page's revisions, in order.
func (s *Storage) numbers(dir string) ([]int, error) {
	names, err := s.list(dir)
	numbers := make([]int, 0, len(names))
	for _, name := range names {
		var n int
		if _, err := fmt.Sscanf(name, "%08d.json", &n); err == nil {
			numbers = append(numbers, n)
		}
	}
	return numbers, err
}

// list returns the names in a folder, in order; none if there is no such folder.
func (s *Storage) list(dir string) ([]string, error) {
	entries, err := fs.ReadDir(s.root.FS(), dir)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}

// Revision implements model.Storage.
func (s *Storage) Revision(_ context.Context, title string, number int) (r model.Revision, err error) {
	if number < 1 {
		return r, model.ErrNotFound
	}
	err = s.read(revisionFile(title, number), &r)
	return r, err
}

func (s *Storage) read(file string, to any) error {
	b, err := s.root.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return model.ErrNotFound
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(b, to)
}

// Save implements model.Storage. A revision gets its name by a link, which fails
// if the name is taken: of several writers one wins. The line among the recent
// changes comes first; one that leads nowhere, since the process died or the
// revision was another's, is passed over.
func (s *Storage) Save(_ context.Context, r model.Revision) error {
	if r.Number != 1 {
		if _, err := s.root.Stat(revisionFile(r.Title, r.Number-1)); r.Number < 1 || errors.Is(err, fs.ErrNotExist) {
			return model.ErrConflict
		} else if err != nil {
			return err
		}
	}
	dir := pageDir(r.Title)
	if err := s.root.Mkdir(dir, 0o700); err == nil {
		if err := s.sync("pages"); err != nil {
			return err
		}
	} else if !errors.Is(err, fs.ErrExist) {
		return err
	}
	recent := fmt.Sprintf("recent/%s-%s-%08d", timeName(r.Time), hash(r.Title), r.Number)
	if err := s.root.WriteFile(recent, nil, 0o600); err != nil {
		return err
	}
	if err := s.mark(r); err != nil {
		return err
	}
	return s.writeJSON(revisionFile(r.Title, r.Number), r, true)
}

// History implements model.Storage.
func (s *Storage) History(ctx context.Context, title string, before, limit int) ([]model.Revision, error) {
	numbers, err := s.numbers(pageDir(title))
	if err != nil {
		return nil, err
	}
	var list []model.Revision
	for _, number := range slices.Backward(numbers) {
		if len(list) == limit {
			break
		}
		if before != 0 && number >= before {
			continue
		}
		r, err := s.Revision(ctx, title, number)
		if err != nil {
			return nil, err
		}
		r.Text = ""
		list = append(list, r)
	}
	return list, nil
}

// Recent implements model.Storage.
func (s *Storage) Recent(_ context.Context, before time.Time, limit int) ([]model.Revision, error) {
	names, err := s.list("recent")
	if err != nil {
		return nil, err
	}
	if !before.IsZero() {
		end, _ := slices.BinarySearch(names, timeName(before))
		names = names[:end]
	}
	var list []model.Revision
	for _, name := range slices.Backward(names) {
		if len(list) == limit {
			break
		}
		parts := strings.Split(name, "-")
		if len(parts) != 3 {
			continue
		}
		var r model.Revision
		err := s.read("pages/"+parts[1]+"/"+parts[2]+".json", &r)
		if errors.Is(err, model.ErrNotFound) || err == nil && timeName(r.Time) != parts[0] {
			continue // another's revision
		}
		if err != nil {
			return nil, err
		}
		r.Text = ""
		list = append(list, r)
	}
	return list, nil
}

// timeName is what names of the folder recent begin with.
func timeName(t time.Time) string { return fmt.Sprintf("%020d", t.UnixMicro()) }

// Pages implements model.Storage.
func (s *Storage) Pages(context.Context) iter.Seq2[model.Revision, error] {
	return func(yield func(model.Revision, error) bool) {
		pages, err := s.newest()
		if err != nil {
			yield(model.Revision{}, err)
			return
		}
		for _, r := range pages {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func (s *Storage) newest() (pages []model.Revision, err error) {
	dirs, err := s.list("pages")
	if err != nil {
		return nil, err
	}
	for _, dir := range dirs {
		r, err := s.newestIn("pages/" + dir)
		if errors.Is(err, model.ErrNotFound) {
			continue // about to be
		}
		if err != nil {
			return nil, err
		}
		pages = append(pages, r)
	}
	slices.SortFunc(pages, func(a, b model.Revision) int { return strings.Compare(a.Title, b.Title) })
	return pages, nil
}

func (s *Storage) writeJSON(file string, value any, fresh bool) error {
	b, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return s.write(file, fresh, func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
}
