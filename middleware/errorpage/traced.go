package errorpage

import (
	"fmt"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/stack"
)

// Trace returns err with the caller's stack, and with values for the page, given
// as pairs of name and value. Its message is err's. nil stays nil.
//
//	return errorpage.Trace(err, "page", name, "revision", rev)
//
// Most errors in Go carry no stack, so that a page can only show that they
// arrived. One Trace where an error enters the program, from a database or from
// the network, shows the way it has taken from there.
func Trace(err error, values ...any) error {
	if err == nil {
		return nil
	}
	return &traced{err, stack.Here(1), pairs(values)}
}

type traced struct {
	err    error
	pcs    []uintptr
	values []value
}

func (e *traced) Error() string      { return gangplank.ErrorText(e.err) }
func (e *traced) Unwrap() error      { return e.err }
func (e *traced) Callers() []uintptr { return e.pcs }

func pairs(values []any) []value {
	var out []value
	for i := 0; i < len(values); i += 2 {
		v := value{key: fmt.Sprint(values[i])}
		if i+1 < len(values) {
			v.value = values[i+1]
		}
		out = append(out, v)
	}
	return out
}
