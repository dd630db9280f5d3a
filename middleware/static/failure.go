package static

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"

	"github.com/gangplank-web/gangplank"
)

var (
	// errChanged says that a file is not the one any more that was looked up.
	errChanged = errors.New("the file has changed while it was read")
	errReading = errors.New("reading a file")
)

// readingFailed returns the error for one of reading; a file that turned out to be
// shorter than it was, or longer, has changed.
func readingFailed(err error) error {
	if err == nil || err == io.EOF || err == io.ErrUnexpectedEOF {
		return errChanged
	}
	return fmt.Errorf("%w: %w", errReading, err)
}

// trouble reports whether an error is the server's. All others, and the file
// systems have many, mean that nothing of that name is to be had: no such file,
// a file where a folder should be, a link that leads out of Dir, a name that is
// too long.
func trouble(err error) bool {
	return errors.Is(err, errReading) || errors.Is(err, errChanged) || passing(err)
}

// passing reports whether there are too many open files, or the like.
func passing(err error) bool {
	var t interface{ Temporary() bool }
	return errors.As(err, &t) && t.Temporary()
}

// refuse answers an error that is the server's, and reports whether it did.
func refuse(w http.ResponseWriter, r *http.Request, err error) bool {
	switch {
	case passing(err) || errors.Is(err, errChanged):
		err = gangplank.Error(http.StatusServiceUnavailable, "").With("Retry-After", "1").Because(fmt.Errorf("static: %w", err))
	case trouble(err):
		err = fmt.Errorf("static: %w", err)
	case errors.Is(err, fs.ErrPermission):
		gangplank.From(r).Logger().Warn("static: not permitted, so not found", "error", err)
		return false
	default:
		return false
	}
	gangplank.Fail(w, r, err)
	return true
}
