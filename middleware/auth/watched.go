package auth

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// watched is a file that is read again when it has changed. One without a name is
// empty.
type watched struct {
	name    string
	content []byte

	info fs.FileInfo
	read time.Time // when content was; zero: not yet, or it failed
}

// racy is how old a file must be when it is read for its time to tell whether it
// changed since: clocks of file systems tick slowly, some once in two seconds.
const racy = 3 * time.Second

// maxWatched bounds what is read: a password file of a million accounts.
const maxWatched = 128 << 20

// look reads the file if that is necessary, and reports whether it was.
func (f *watched) look(now time.Time) (changed bool, err error) {
	if f.name == "" {
		return false, nil
	}
	info, err := os.Stat(f.name)
	if err != nil {
		f.read = time.Time{}
		return false, fmt.Errorf("auth: %w", err)
	}
	if f.unchanged(info) {
		return false, nil
	}
	content, err := readBounded(f.name)
	if err != nil {
		f.read = time.Time{}
		return false, fmt.Errorf("auth: %w", err)
	}
	changed = !bytes.Equal(content, f.content)
	f.info, f.read, f.content = info, now, content
	return changed, nil
}

func (f *watched) unchanged(info fs.FileInfo) bool {
	return !f.read.IsZero() && os.SameFile(f.info, info) && f.info.Size() == info.Size() && f.info.ModTime().Equal(info.ModTime()) &&
		f.read.Sub(info.ModTime()) > racy
}

func readBounded(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, maxWatched+1))
	if err == nil && len(content) > maxWatched {
		err = fmt.Errorf("%s has more than %d bytes", name, maxWatched)
	}
	return content, err
}
