package form

import (
	"crypto/sha256"
	"io"
	"net/http"
)

// A File is an uploaded file, in memory or in a temporary file.
//
// It ends with the request's context, which the server ends when the handler
// has returned: nothing needs to be closed or removed. Reading it later, or after the
// client has gone away, fails with [os.ErrClosed] if it was on disk: copy what
// you keep. The temporary file has no name, where the system permits, so
// that it does not outlive the process even if that is killed. Where a context
// has no end, as in tests, the garbage collector closes it.
type File struct {
	// Name is what the client called the file. Never make a path of it, and
	// never serve the file under its extension: see SafeName and Detect.
	Name string
	// ContentType is the client's claim.
	ContentType string
	// Size is the number of bytes.
	Size int64

	data io.ReaderAt
}

// Open returns a new reader of the file, at its start. Readers are independent of each
// other; there is nothing to close.
func (f *File) Open() *io.SectionReader { return io.NewSectionReader(f.data, 0, f.Size) }

// Detect returns the content type of the first bytes, by [http.DetectContentType]. It is
// a guess: a file may be valid as several types at once.
func (f *File) Detect() (string, error) {
	head := make([]byte, 512)
	n, err := io.ReadFull(f.Open(), head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return "", err
	}
	return http.DetectContentType(head[:n]), nil
}

// SHA256 returns the hash of the content: a name for storing it that nobody can choose.
func (f *File) SHA256() (sum [sha256.Size]byte, err error) {
	h := sha256.New()
	if _, err := io.Copy(h, f.Open()); err != nil {
		return sum, err
	}
	return [sha256.Size]byte(h.Sum(nil)), nil
}

// SafeName returns Name as one harmless element of a path, for every system: see
// the function [SafeName].
func (f *File) SafeName() string { return SafeName(f.Name) }
