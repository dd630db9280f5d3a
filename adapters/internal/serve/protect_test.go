package serve_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/internal/serve"
)

func TestRun(t *testing.T) {
	uncomparable := []int{1}
	tests := []struct {
		desc   string
		panics any
		want   string
	}{
		{"no panic", nil, ""},
		{"abort", http.ErrAbortHandler, http.ErrAbortHandler.Error()},
		{"a string", "oops", "panic: oops"},
		{"an error", errors.New("oops"), "panic: oops"},
		{"something that cannot be compared", uncomparable, "panic: [1]"},
	}
	for _, tt := range tests {
		t.Run(tt.desc, func(t *testing.T) {
			var log bytes.Buffer
			h := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
				if tt.panics != nil {
					panic(tt.panics)
				}
			})
			under := httptest.NewRecorder()
			w, r, _ := gangplank.Attach(under, httptest.NewRequest("GET", "/path?secret=1", nil))
			err := serve.Run(h, w, r, under, slog.New(slog.NewTextHandler(&log, nil)))
			if got := ""; err != nil && err.Error() != tt.want || err == nil && got != tt.want {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			var p *serve.PanicError
			if logged := strings.Contains(log.String(), "protect_test.go"); logged != errors.As(err, &p) {
				t.Errorf("log: %s", &log)
			}
			if strings.Contains(log.String(), "secret") {
				t.Errorf("the query is in the log: %s", &log)
			}
		})
	}
}

// A handler that ends its goroutine (as t.FailNow does) is not taken for one that
// panicked, and does not bring Run to return.
func TestRunGoexit(t *testing.T) {
	ended, returned := make(chan struct{}), false
	go func() {
		defer close(ended)
		h := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { runtime.Goexit() })
		serve.Run(h, nil, httptest.NewRequest("GET", "/", nil), nil, nil)
		returned = true
	}()
	if <-ended; returned {
		t.Error("Run returned")
	}
}

func TestHandle(t *testing.T) {
	tests := []struct {
		desc    string
		handler func(w *gangplank.Writer)
		status  int
		broken  bool
	}{
		{"answers", func(w *gangplank.Writer) { w.WriteHeader(201) }, 201, false},
		{"panics", func(w *gangplank.Writer) { panic("oops") }, 500, false},
		{"panics with half a page held back", func(w *gangplank.Writer) {
			w.WriteString("half")
			panic("oops")
		}, 500, false},
		{"panics late", func(w *gangplank.Writer) {
			w.Flush()
			panic("oops")
		}, 200, true},
		{"aborts", func(w *gangplank.Writer) { panic(http.ErrAbortHandler) }, 200, true},
	}
	for _, tt := range tests {
		t.Run(tt.desc, func(t *testing.T) {
			under := httptest.NewRecorder()
			w, r, _ := gangplank.Attach(under, httptest.NewRequest("GET", "/", nil))
			h := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { tt.handler(w) })
			err := serve.Handle(h, w, r, under, quiet())
			if broken := err != nil; broken != tt.broken || under.Code != tt.status {
				t.Errorf("got status %d, %v, want %d and broken %v", under.Code, err, tt.status, tt.broken)
			}
			if strings.Contains(under.Body.String(), "half") {
				t.Errorf("got %q", under.Body)
			}
		})
	}
}
