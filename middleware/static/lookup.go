package static

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
)

// errFolder says that a name is a folder's.
var errFolder = errors.New("static: is a folder")

// attempts is how often a file is looked up that changes each time between being
// looked at and being opened.
const attempts = 3

// lookup returns what is to be known about a file as it is now.
func (f *files) lookup(name string) (*entry, error) {
	if e := f.cache.peek(name); e != nil && f.unchanged(e) && e.load(f) == nil {
		return e, nil
	}
	for range attempts {
		info, err := fs.Stat(f.fsys, name)
		switch {
		case err != nil:
			return nil, err
		case info.IsDir():
			return nil, errFolder
		case !info.Mode().IsRegular(): // opening a pipe would wait for whoever writes to it
			return nil, fs.ErrNotExist
		}
		e := f.cache.get(name, info)
		if f.Offload.active() { // then it is the front server that reads it
			return e, nil
		}
		if err = e.load(f); err == nil {
			return e, nil
		}
		f.cache.forget(e)
		if !errors.Is(err, errChanged) {
			return nil, err
		}
	}
	return nil, errChanged
}

// unchanged reports whether a file is still the one that was found before. os.Root
// goes to it folder by folder, with three system calls for each; a stat of the whole
// path is one. It may follow a link out of Dir, but what it finds there only counts
// if it is the very file, by device and inode, that was reached from inside.
func (f *files) unchanged(e *entry) bool {
	if e.path == "" || f.Offload.active() {
		return false
	}
	info, err := os.Stat(e.path)
	return err == nil && os.SameFile(e.info, info) && e.current(info)
}

// found is what a request comes to.
type found struct {
	*entry
	forever bool   // its URL has a fingerprint
	folder  string // in place of a file: one to be listed, or "" if it must be asked for with a slash
}

// find returns what is there under a name: a file, a folder's index, or the file
// that the name is the fingerprinted one of.
func (f *files) find(name string, folder bool) (found, error) {
	if folder {
		e, err := f.index(name)
		if errors.Is(err, errFolder) {
			return found{folder: name}, nil
		}
		return found{entry: e}, err
	}
	e, err := f.lookup(name)
	switch {
	case err == nil:
		return found{entry: e}, nil
	case errors.Is(err, errFolder):
		if _, err = f.index(name); err == nil || errors.Is(err, errFolder) {
			return found{}, nil
		}
		return found{}, err
	}
	if original, print := cutPrint(name); print != "" {
		if e, originalErr := f.lookup(original); originalErr == nil && e.load(f) == nil && e.print == print {
			return found{entry: e, forever: true}, nil
		}
	}
	return found{}, err
}

// index returns the index of a folder; errFolder if there is none, but its
// contents may be listed.
func (f *files) index(folder string) (*entry, error) {
	for _, name := range f.Index {
		e, err := f.lookup(path.Join(folder, name))
		if err == nil || trouble(err) {
			return e, err
		}
	}
	if !f.List {
		return nil, fs.ErrNotExist
	}
	if info, err := fs.Stat(f.fsys, folder); err != nil || !info.IsDir() {
		return nil, errors.Join(fs.ErrNotExist, err)
	}
	return nil, errFolder
}

// cutPrint takes the fingerprint out of a name, if it has one.
func cutPrint(name string) (original, print string) {
	ext := path.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	if isPrint(ext) { // of a file without an extension
		return stem, ext[1:]
	}
	if second := path.Ext(stem); isPrint(second) {
		return strings.TrimSuffix(stem, second) + ext, second[1:]
	}
	return name, ""
}

func isPrint(ext string) bool {
	return len(ext) == 1+printLen && strings.Trim(ext[1:], "0123456789abcdef") == ""
}
