package lint

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
)

// describe is the request as a layer may rely on it, a line each. The body is
// not among it, nor what ParseForm and http.ServeMux write down by design.
func describe(r *http.Request) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Method %s\nURL %s %q\nRequestURI %s\nHost %s\nRemoteAddr %s\n", r.Method, r.URL, r.URL.RawPath, r.RequestURI, r.Host, r.RemoteAddr)
	_ = r.Header.Write(&b) // sorted
	return b.String()
}

// difference is the first line that is not in both.
func difference(before, after string) string {
	was, is := strings.Split(before, "\n"), strings.Split(after, "\n")
	for i := range min(len(was), len(is)) {
		if was[i] != is[i] {
			return fmt.Sprintf("the request was modified for the layers outside: %q, and then %q", strings.TrimSpace(was[i]), strings.TrimSpace(is[i]))
		}
	}
	return "the request was modified for the layers outside"
}

// caller names the function that the call came from: the first that is not of a
// library through which bytes pass.
func caller() string {
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		frame, more := frames.Next()
		if !isPlumbing(frame.Function) || !more {
			return frame.Function
		}
	}
}

func isPlumbing(function string) bool {
	for _, prefix := range []string{
		"io.", "bufio.", "fmt.", "net/http.", "encoding/", "compress/", "runtime.",
		"github.com/gangplank-web/gangplank.", "github.com/gangplank-web/gangplank/middleware/lint.",
	} {
		if strings.HasPrefix(function, prefix) {
			return true
		}
	}
	return false
}
