package middleware

import (
	"fmt"
	"net/http"
	"runtime"

	"github.com/gangplank-web/gangplank"
)

// handlerPanic is a panic on a handler's own goroutine, as an error that has its
// stack: error pages look for the method Callers.
type handlerPanic struct {
	Value any
	pcs   []uintptr
}

// newHandlerPanic is called by the deferred function that has recovered v. A nil v
// is runtime.Goexit, which net/http answers by breaking off.
func newHandlerPanic(v any) *handlerPanic {
	if v == nil {
		v = http.ErrAbortHandler
	}
	var pcs [64]uintptr
	return &handlerPanic{v, pcs[:runtime.Callers(4, pcs[:])]}
}

func (p *handlerPanic) Error() string { return fmt.Sprintf("panic: %v", p.Value) }

func (p *handlerPanic) Unwrap() error {
	err, _ := p.Value.(error)
	return gangplank.Finite(err)
}

// HTTPStatus is 500 whatever the value wraps: a panic is the program's fault.
func (p *handlerPanic) HTTPStatus() int { return http.StatusInternalServerError }

// PanicValue tells an outer recover that this error is the panic it caught.
func (p *handlerPanic) PanicValue() any { return p.Value }

// Callers returns the stack at the panic.
func (p *handlerPanic) Callers() []uintptr { return p.pcs }
