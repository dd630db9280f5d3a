package files

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
)

func attachmentFile(page, name string) string { return "files/" + hash(page) + "/" + hash(name) }

// Attach implements model.Storage. How long the content is says the file.
func (s *Storage) Attach(_ context.Context, a model.Attachment, content io.Reader) error {
	if err := s.root.Mkdir("files/"+hash(a.Page), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	head, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return s.write(attachmentFile(a.Page, a.Name), false, func(w io.Writer) error {
		if _, err := w.Write(append(head, '\n')); err != nil {
			return err
		}
		_, err := io.Copy(w, content)
		return err
	})
}

// Attachment implements model.Storage.
func (s *Storage) Attachment(_ context.Context, page, name string) (model.Attachment, io.ReadSeekCloser, error) {
	return s.open(attachmentFile(page, name))
}

func (s *Storage) open(file string) (a model.Attachment, content io.ReadSeekCloser, err error) {
	f, err := s.root.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return a, nil, model.ErrNotFound
	}
	if err != nil {
		return a, nil, err
	}
	line, err := bufio.NewReader(f).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &a)
	}
	info, statErr := f.Stat()
	if err := errors.Join(err, statErr); err != nil {
		return a, nil, errors.Join(err, f.Close())
	}
	a.Size = info.Size() - int64(len(line))
	return a, opened{io.NewSectionReader(f, int64(len(line)), a.Size), f}, nil
}

type opened struct {
	*io.SectionReader
	f *os.File
}

func (o opened) Close() error { return o.f.Close() }

// Attachments implements model.Storage.
func (s *Storage) Attachments(_ context.Context, page string) (list []model.Attachment, err error) {
	dir := "files/" + hash(page)
	names, err := s.list(dir)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		a, f, err := s.open(dir + "/" + name)
		if errors.Is(err, model.ErrNotFound) {
			continue // gone meanwhile
		}
		if err != nil {
			return nil, err
		}
		f.Close()
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b model.Attachment) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}

// Detach implements model.Storage.
func (s *Storage) Detach(_ context.Context, page, name string) error {
	return s.remove(attachmentFile(page, name))
}

func (s *Storage) remove(file string) error {
	if err := s.root.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func accountFile(name string) string { return "accounts/" + hash(name) + ".json" }

// Account implements model.Storage.
func (s *Storage) Account(_ context.Context, name string) (a model.Account, err error) {
	err = s.read(accountFile(name), &a)
	return a, err
}

// Accounts implements model.Storage.
func (s *Storage) Accounts(context.Context) (list []model.Account, err error) {
	names, err := s.list("accounts")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		var a model.Account
		if err := s.read("accounts/"+name, &a); err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b model.Account) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}

// SaveAccount implements model.Storage.
func (s *Storage) SaveAccount(_ context.Context, a model.Account, fresh bool) error {
	return s.writeJSON(accountFile(a.Name), a, fresh)
}

// locked is what a lock's file holds.
type locked struct{ Title, Role string }

func lockFile(title string) string { return "locks/" + hash(title) + ".json" }

// Lock implements model.Storage.
func (s *Storage) Lock(_ context.Context, title, role string) error {
	if role == "" {
		return s.remove(lockFile(title))
	}
	return s.writeJSON(lockFile(title), locked{title, role}, false)
}

// LockOf implements model.Storage.
func (s *Storage) LockOf(_ context.Context, title string) (string, error) {
	var l locked
	err := s.read(lockFile(title), &l)
	if errors.Is(err, model.ErrNotFound) {
		err = nil
	}
	return l.Role, err
}
