package form

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"sync"
)

// A spool stores the files of one request: small ones in memory, the others one
// after the other in a single temporary file, so that a request holds one
// descriptor however many files it has.
type spool struct {
	ctx    context.Context
	limits *Limits
	memory int64 // left
	disk   *os.File
	end    int64  // of what was written to disk
	name   string // of the temporary file, if it could not be unlinked while open
	close  func()
}

func newSpool(ctx context.Context, limits *Limits) *spool {
	return &spool{ctx: ctx, limits: limits, memory: limits.Memory}
}

// diskError keeps the server's own trouble apart from the client's.
type diskError struct{ err error }

func (e *diskError) Error() string { return "form: storing a file: " + e.err.Error() }
func (e *diskError) Unwrap() error { return e.err }

// store reads src to its end, at most max bytes.
func (s *spool) store(src io.Reader, max int64) (io.ReaderAt, int64, error) {
	var head bytes.Buffer
	src = io.LimitReader(src, max+1)
	n, err := io.CopyN(&head, src, s.memory+1)
	if err == io.EOF {
		if n > max {
			return nil, 0, errFileSize
		}
		s.memory -= n
		return bytes.NewReader(bytes.Clone(head.Bytes())), n, nil
	}
	if err != nil {
		return nil, 0, err
	}
	return s.storeOnDisk(io.MultiReader(&head, src), max)
}

var errFileSize = tooLarge("A file is too large.")

func (s *spool) storeOnDisk(src io.Reader, max int64) (io.ReaderAt, int64, error) {
	if err := s.open(); err != nil {
		return nil, 0, &diskError{err}
	}
	n, err := io.Copy(diskWriter{s.disk}, src)
	if err != nil {
		return nil, 0, err
	}
	if n > max {
		return nil, 0, errFileSize
	}
	data := io.NewSectionReader(s.disk, s.end, n)
	s.end += n
	return data, n, nil
}

// open makes the temporary file, and sees to its end.
func (s *spool) open() (err error) {
	if s.disk != nil {
		return nil
	}
	if s.disk, err = os.CreateTemp(s.limits.TempDir, "form-*"); err != nil {
		return err
	}
	if os.Remove(s.disk.Name()) != nil { // Windows: it is open
		s.name = s.disk.Name()
	}
	disk, name := s.disk, s.name
	s.close = sync.OnceFunc(func() {
		_ = disk.Close()
		if name != "" {
			_ = os.Remove(name)
		}
	})
	context.AfterFunc(s.ctx, s.close)
	return nil
}

// Close ends the files before the request does.
func (s *spool) Close() {
	if s.close != nil {
		s.close()
	}
}

// diskWriter marks errors as the disk's. It hides the file's ReadFrom, which
// would report errors of both sides alike.
type diskWriter struct{ f *os.File }

func (w diskWriter) Write(p []byte) (int, error) {
	n, err := w.f.Write(p)
	if err != nil && !errors.Is(err, os.ErrClosed) { // closed: by the request's end
		err = &diskError{err}
	}
	return n, err
}
