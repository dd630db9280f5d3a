package filestore

import (
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"strconv"
	"time"
)

// staleAfter is the age at which the file of a lock is thought to have been left
// behind by a process that died: a thousand times what a slow disk takes.
const staleAfter = 30 * time.Second

// exclusive is a lock that is held while its file is there: for systems that
// have nothing better. It is compiled everywhere, so that it is tested.
type exclusive struct {
	root *os.Root
	name string
}

func (e exclusive) Close() error { return e.root.Remove(e.name) }

// tryExclusive takes the lock that name is, and returns nil if somebody has it.
func tryExclusive(root *os.Root, name string) (io.Closer, error) {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		f.Close()
		return exclusive{root, name}, nil
	}
	if errors.Is(err, fs.ErrExist) {
		return nil, breakStale(root, name)
	}
	return nil, err
}

// breakStale takes an old lock away, for the next try to take it. Of several
// that find it old, the last may take away the new lock of the first: whoever
// finds another file in his hands puts it back. Between the two somebody may
// get the lock a second time, and then one of two changes may be lost: that is
// what is wrong with locks of this kind, and why they are the last choice.
func breakStale(root *os.Root, name string) error {
	old, err := root.Lstat(name)
	if err != nil || time.Since(old.ModTime()) < staleAfter {
		return ignoreMissing(err)
	}
	taken := name + "-" + strconv.FormatUint(rand.Uint64(), 36)
	if err := root.Rename(name, taken); err != nil {
		return ignoreMissing(err)
	}
	now, err := root.Lstat(taken)
	if err == nil && (!os.SameFile(old, now) || !now.ModTime().Equal(old.ModTime())) {
		err = root.Link(taken, name)
	}
	return errors.Join(ignoreExisting(err), root.Remove(taken))
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func ignoreExisting(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}
