// Package stack captures, reads and explains stacks: those of panics, those
// that errors carry, and those of other goroutines.
package stack

import (
	"reflect"
	"runtime"
	"strings"
)

// Frame is one call.
type Frame struct {
	Func string // with its package's path: "net/http.(*Server).Serve"
	File string // as the compiler noted it; with -trimpath no path of this machine
	Line int
}

const maxDepth = 128

// Here returns the stack of the calling goroutine, without skip calls besides
// Here itself.
func Here(skip int) []uintptr {
	pcs := make([]uintptr, maxDepth)
	return pcs[:runtime.Callers(skip+2, pcs)]
}

// Panicking returns the stack at the panic that the calling deferred function is
// recovering from: what the runtime and the deferred functions have put above
// the panicking call is left out.
func Panicking() []uintptr {
	pcs := Here(1)
	last := -1
	for i, pc := range pcs {
		if f := runtime.FuncForPC(pc - 1); f != nil && f.Name() == "runtime.gopanic" {
			last = i
			break // the innermost panic; those below are what it interrupted
		}
	}
	pcs = pcs[last+1:]
	for len(pcs) > 1 && inRuntime(pcs[0]) { // sigpanic, panicIndex, goPanicIndex ...
		pcs = pcs[1:]
	}
	return pcs
}

func inRuntime(pc uintptr) bool {
	f := runtime.FuncForPC(pc - 1)
	return f != nil && strings.HasPrefix(f.Name(), "runtime.")
}

// Frames resolves program counters, inlined calls included.
func Frames(pcs []uintptr) []Frame {
	if len(pcs) == 0 {
		return nil
	}
	var frames []Frame
	for it := runtime.CallersFrames(pcs); ; {
		f, more := it.Next()
		if f.Function != "" && f.Function != "runtime.goexit" && f.Function != "runtime.main" {
			frames = append(frames, Frame{f.Function, f.File, f.Line})
		}
		if !more {
			return frames
		}
	}
}

// Whole reports whether a stack goes down to where its goroutine began: what is
// captured has a limit, ours and that of every other package.
func Whole(pcs []uintptr) bool {
	f := runtime.FuncForPC(pcs[len(pcs)-1] - 1)
	return f != nil && f.Name() == "runtime.goexit"
}

// Of returns the stack that err itself carries, not that of a cause, by one of
// the methods that error packages have agreed upon: Callers() []uintptr, or
// StackTrace() of any slice of program counters. One that panics, as that of a nil
// pointer may, has none.
func Of(err error) (pcs []uintptr) {
	defer func() {
		if recover() != nil {
			pcs = nil
		}
	}()
	switch e := err.(type) {
	case interface{ Callers() []uintptr }:
		return e.Callers()
	case interface{ StackTrace() []uintptr }:
		return e.StackTrace()
	}
	// github.com/pkg/errors and its heirs return a slice of their own type Frame,
	// a uintptr, which no interface here can name.
	m := reflect.ValueOf(err).MethodByName("StackTrace")
	if !m.IsValid() || m.Type().NumIn() != 0 || m.Type().NumOut() != 1 {
		return nil
	}
	if t := m.Type().Out(0); t.Kind() != reflect.Slice || t.Elem().Kind() != reflect.Uintptr {
		return nil
	}
	frames := m.Call(nil)[0]
	pcs = make([]uintptr, frames.Len())
	for i := range pcs {
		pcs[i] = uintptr(frames.Index(i).Uint())
	}
	return pcs
}

// Package returns the path of the package of a function: "net/http" of
// "net/http.(*Server).Serve".
func Package(fn string) string {
	slash := strings.LastIndexByte(fn, '/') + 1
	dot := strings.IndexByte(fn[slash:], '.')
	if dot < 0 {
		return fn
	}
	// The compiler escapes dots in the path's last element: "gopkg.in/yaml%2ev3".
	return strings.ReplaceAll(fn[:slash+dot], "%2e", ".")
}

// Standard reports whether a package is of the standard library: the first
// element of any other's path has a dot, unless it is a module without a host.
func Standard(pkg string) bool {
	first, _, _ := strings.Cut(pkg, "/")
	return pkg != "main" && !strings.Contains(first, ".") && first != "command-line-arguments"
}
