// Package reported is where an error page tells the access log which failure it
// has logged, and under which id.
package reported

import (
	"context"
	"errors"
	"net/http"

	"github.com/gangplank-web/gangplank"
)

type failure struct {
	err error
	id  string
}

var failures = gangplank.NewSlot[*failure]("reported failure")

// Set notes that err was logged as the failure of r.
func Set(r *http.Request, err error, id string) { failures.Set(r, &failure{err, id}) }

// ID returns the id of the failure that was logged last, or "", and whether that
// tells err: being it, or having it as a cause, or as a time-out that has ended the
// context of a handler which says so, late as it is.
func ID(r *http.Request, err error) (id string, told bool) {
	f := failures.Get(r)
	if f == nil {
		return "", false
	}
	return f.id, is(f.err, err) || is(f.err, http.ErrHandlerTimeout) && is(err, context.DeadlineExceeded)
}

// is is errors.Is where that would panic, for errors that cannot be compared.
func is(err, target error) (is bool) {
	defer func() { _ = recover() }()
	return errors.Is(err, target)
}
