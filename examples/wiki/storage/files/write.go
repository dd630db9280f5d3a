package files

import (
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
)

// write makes a file that is whole and on the disk when it gets its name. With
// fresh set the name must be new; else it may replace another's.
func (s *Storage) write(file string, fresh bool, fill func(io.Writer) error) (err error) {
	temporary := "new/" + rand.Text()
	f, err := s.root.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer s.root.Remove(temporary) // after a rename there is nothing to remove
	if err := errors.Join(fill(f), f.Sync(), f.Close()); err != nil {
		return err
	}
	if fresh {
		err = s.root.Link(temporary, file)
	} else {
		err = s.root.Rename(temporary, file)
	}
	if errors.Is(err, fs.ErrExist) {
		return model.ErrConflict
	}
	if err != nil {
		return err
	}
	return s.sync(path.Dir(file))
}

// sync has the names in a folder on the disk. Where folders cannot be synced
// (Windows) the file system is trusted.
func (s *Storage) sync(dir string) error {
	d, err := s.root.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, os.ErrPermission) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}
