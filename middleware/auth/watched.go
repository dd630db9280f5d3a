package auth

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// watched is a file that is read again when it has changed, and nobody is writing
// it any more. One without a name is empty.
type watched struct {
	name    string
	content []byte

	info fs.FileInfo // nil: it was never read
	read time.Time   // when content was; zero: not yet, or it failed

	next  fs.FileInfo // how it was found last, if it has changed
	since time.Time   // when it was first found so
}

// racy is how old a file must be when it is read for its time to tell whether it
// changed since: clocks of file systems tick slowly, some once in two seconds.
const racy = 3 * time.Second

// settle is for how long nobody must have written to a file. Most programs write in
// place, also Apache's htpasswd: for a moment there is half of a file, in which
// half of the accounts do not exist.
const settle = time.Second

// maxWatched bounds what is read: a password file of a million accounts.
const maxWatched = 128 << 20

var errUnsettled = errors.New("auth: somebody is writing the file just now")

// look reads the file if that is necessary, and reports whether it has another
// content. Until a change has settled the content is that of before; the first
// time it is whatever is there.
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
	if f.info != nil && !f.settled(info, now) {
		return false, f.unsettled()
	}
	content, after, err := readBounded(f.name)
	if err != nil {
		f.read = time.Time{}
		return false, fmt.Errorf("auth: %w", err)
	}
	if f.info != nil && (!sameState(info, after) || int64(len(content)) != after.Size()) {
		return false, f.unsettled()
	}
	changed = !bytes.Equal(content, f.content)
	f.info, f.read, f.content = info, now, content
	return changed, nil
}

// unsettled is no error if there is a content to go on with.
func (f *watched) unsettled() error {
	if f.read.IsZero() {
		return errUnsettled
	}
	return nil
}

func (f *watched) unchanged(info fs.FileInfo) bool {
	return !f.read.IsZero() && sameState(f.info, info) && f.read.Sub(info.ModTime()) > racy
}

// settled goes by the file's time, or by ours: that of another machine's file
// may lie in the future.
func (f *watched) settled(info fs.FileInfo, now time.Time) bool {
	if f.next == nil || !sameState(f.next, info) {
		f.next, f.since = info, now
	}
	return now.Sub(info.ModTime()) >= settle || now.Sub(f.since) >= settle
}

func sameState(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// readBounded returns the content, and the file as it is after that.
func readBounded(name string) ([]byte, fs.FileInfo, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, maxWatched+1))
	if err == nil && len(content) > maxWatched {
		err = fmt.Errorf("%s has more than %d bytes", name, maxWatched)
	}
	if err != nil {
		return nil, nil, err
	}
	after, err := file.Stat()
	return content, after, err
}
