package cgi_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/cgi"
)

// Bytes leave in the order in which they were written, by whichever door.
func TestDoors(t *testing.T) {
	t.Parallel()
	sizes := []int{0, 1, 5000, 16 << 10, 16<<10 + 1, 100_000, 3}
	var want strings.Builder
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for i, size := range sizes {
			text := strings.Repeat(string(rune('a'+i)), size)
			want.WriteString(text + text + text)
			w.Write([]byte(text))
			io.WriteString(w, text)
			io.Copy(w, io.MultiReader(strings.NewReader(text)))
		}
	})
	out, err := answer(cgi.Server{Handler: h}, "")
	if err != nil || body(out) != want.String() {
		t.Errorf("got %d bytes, %v, want %d", len(body(out)), err, want.Len())
	}
}

func TestWriteError(t *testing.T) {
	t.Parallel()
	full := errors.New("no space left")
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write(make([]byte, 100_000))
		<-r.Context().Done()
		if cause := gangplank.From(r).Cause(); cause != full {
			t.Errorf("cause: got %v", cause)
		}
		if _, err := w.Write([]byte("more")); err != full {
			t.Errorf("the write after it: got %v", err)
		}
	})
	s := cgi.Server{Handler: h, Stdin: http.NoBody, Stdout: failing{full}, Environ: []string{"REQUEST_METHOD=GET"}}
	if err := s.Serve(); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// A client that goes away is no fault of the handler's, by whichever door that
// writes: its context ends, and nothing is said of an answer that is too short.
func TestReaderGone(t *testing.T) {
	t.Parallel()
	const size = 1_000_000
	for door, write := range map[string]http.HandlerFunc{
		"Write": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(size))
			w.Write(make([]byte, size))
		},
		"WriteString": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(size))
			io.WriteString(w, strings.Repeat("x", size))
		},
		"ReadFrom": func(w http.ResponseWriter, r *http.Request) {
			http.ServeContent(w, r, "x.bin", time.Time{}, strings.NewReader(strings.Repeat("x", size)))
		},
	} {
		t.Run(door, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			s := cgi.Server{
				Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					write(w, r)
					if err, cause := r.Context().Err(), gangplank.From(r).Cause(); err == nil || cause != syscall.EPIPE {
						t.Errorf("the context: got %v by %v, want it cancelled by %v", err, cause, syscall.EPIPE)
					}
				}),
				Stdin: http.NoBody, Stdout: &reader{20_000}, Environ: []string{"REQUEST_METHOD=GET", "REQUEST_URI=/"},
				Logger: slog.New(slog.NewTextHandler(&log, nil)),
			}
			if err := s.Serve(); err != nil || log.Len() != 0 {
				t.Errorf("got %v, log %q, want neither", err, log.String())
			}
		})
	}
}

// reader goes away when it has so many bytes.
type reader struct{ stays int }

func (r *reader) Write(p []byte) (int, error) {
	if r.stays < len(p) {
		return 0, syscall.EPIPE
	}
	r.stays -= len(p)
	return len(p), nil
}

// That a source fails says nothing of the client.
func TestSourceFails(t *testing.T) {
	t.Parallel()
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		src := io.MultiReader(strings.NewReader(strings.Repeat("x", 100_000)), iotest.ErrReader(syscall.ECONNRESET))
		if _, err := io.Copy(w, src); err != syscall.ECONNRESET {
			t.Errorf("got %v", err)
		}
		if err := r.Context().Err(); err != nil {
			t.Errorf("the context: got %v", err)
		}
		io.WriteString(w, "end")
	})
	out, err := answer(cgi.Server{Handler: h}, "")
	if err != nil || len(body(out)) != 100_003 {
		t.Errorf("got %d bytes, %v", len(body(out)), err)
	}
}
