package errorpage

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"

	"github.com/gangplank-web/gangplank"
)

// PanicError is a panic as an error: what a handler, or a function started with
// [Go], has panicked with.
type PanicError struct {
	Value any

	pcs []uintptr
}

// Error describes the value.
func (e *PanicError) Error() string {
	if err, ok := e.Value.(error); ok {
		return "panic: " + gangplank.ErrorText(err) // fmt would say of a nil pointer only "<nil>"
	}
	return fmt.Sprintf("panic: %v", e.Value)
}

// Unwrap returns the value if it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return gangplank.Finite(err)
}

// PanicValue tells other layers that this error is a panic which was caught.
func (e *PanicError) PanicValue() any { return e.Value }

// Callers returns the stack at the panic.
func (e *PanicError) Callers() []uintptr { return e.pcs }

// HTTPStatus is 500 whatever the value wraps, since a panic is a fault of the
// program; unless somebody panics with a *gangplank.HTTPError itself.
func (e *PanicError) HTTPStatus() int {
	if answer := e.answer(); answer != nil {
		return answer.Status
	}
	return http.StatusInternalServerError
}

// answer is the value, if it is one, or nil.
func (e *PanicError) answer() *gangplank.HTTPError {
	answer, _ := e.Value.(*gangplank.HTTPError)
	return answer
}

// carried returns the stack of the panic with v if failure has it: a layer that
// runs the handler on another goroutine, such as middleware.Timeout, panics again
// on ours, whose stack tells nothing.
func carried(failure error, v any) []uintptr {
	var p interface {
		error
		Callers() []uintptr
		PanicValue() any
	}
	if !errors.As(failure, &p) || !same(p.PanicValue(), v) {
		return nil
	}
	return p.Callers()
}

// same is a == b; for values that cannot be compared it asks for their type alone,
// which is good enough to find the panic that is under way.
func same(a, b any) bool {
	if v := reflect.ValueOf(a); v.IsValid() && !v.Comparable() {
		return v.Type() == reflect.TypeOf(b)
	}
	return a == b
}
