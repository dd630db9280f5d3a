package middleware_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
)

func readAll(w http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err == nil {
		fmt.Fprint(w, len(body))
	}
	return err
}

func TestBodyLimit(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(gangplank.NewChain(quiet, middleware.BodyLimit(10)).Then(gangplank.Try(readAll)))
	defer srv.Close()
	for _, tt := range []struct {
		desc string
		body io.Reader
		want string
	}{
		{"none", nil, "200 0"},
		{"as long as may be", strings.NewReader("0123456789"), "200 10"},
		{"as long as may be, chunked", io.MultiReader(strings.NewReader("0123456789")), "200 10"},
		{"too long", strings.NewReader("0123456789a"), "413 413 Request Entity Too Large\nThe request is too large: at most 10 bytes are accepted.\n"},
		{"too long, chunked", io.MultiReader(strings.NewReader("0123456789a")), "413 413 Request Entity Too Large\n"},
		{"endless", io.LimitReader(zeros{}, 1<<30), "413 413 Request Entity Too Large\n"},
	} {
		req, err := http.NewRequest("POST", srv.URL, tt.body)
		if err != nil {
			t.Fatal(err)
		}
		if tt.desc == "endless" {
			req.Header.Set("Expect", "100-continue")
		}
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			if tt.desc != "endless" { // the connection may be closed while the client still writes
				t.Errorf("%s: %v", tt.desc, err)
			}
			continue
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if got := fmt.Sprint(res.StatusCode, " ", string(body)); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.desc, got, tt.want)
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// What is declared too long is not even asked for; what turns out too long ends
// the connection, so that nobody reads on: as net/http's own limit does it, also
// where the handler has a goroutine of its own.
func TestBodyLimitConnection(t *testing.T) {
	t.Parallel()
	const (
		declared = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n"
		chunked  = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n0123456789a\r\n0\r\n\r\n"
	)
	ours, minute := middleware.BodyLimit(10), middleware.Timeout(time.Minute)
	theirs := func(next http.Handler) http.Handler { return http.MaxBytesHandler(next, 10) }
	for _, tt := range []struct {
		desc     string
		requests []string
		chain    gangplank.Chain
	}{
		{"net/http", []string{chunked}, gangplank.NewChain(theirs, quiet)},
		{"alone", []string{declared, chunked}, gangplank.NewChain(quiet, ours)},
		{"in Timeout", []string{declared, chunked}, gangplank.NewChain(quiet, minute, ours)},
		{"in two", []string{declared, chunked}, gangplank.NewChain(quiet, minute, minute, ours)},
		{"in Deadline", []string{declared, chunked}, gangplank.NewChain(quiet, middleware.Deadline(time.Minute), ours)},
		{"around Timeout", []string{declared, chunked}, gangplank.NewChain(quiet, ours, minute)},
	} {
		t.Run(tt.desc, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(tt.chain.Then(gangplank.Try(readAll)))
			defer srv.Close()
			for _, request := range tt.requests {
				conn, err := net.Dial("tcp", srv.Listener.Addr().String())
				if err != nil {
					t.Fatal(err)
				}
				io.WriteString(conn, request)
				res, err := http.ReadResponse(bufio.NewReader(conn), nil)
				conn.Close()
				if err != nil || res.StatusCode != 413 || !res.Close {
					t.Errorf("%q: got %v, %+v", request, err, res)
				}
			}
		})
	}
}

// A handler that reads too much when its time is up touches nothing of the server's,
// which is writing the page or has done so: the race detector would tell.
func TestBodyLimitAfterTimeout(t *testing.T) {
	t.Parallel()
	limit, timeout := middleware.BodyLimit(10), middleware.Timeout(time.Millisecond)
	for desc, chain := range map[string]gangplank.Chain{
		"in Timeout": gangplank.NewChain(quiet, timeout, limit), "around Timeout": gangplank.NewChain(quiet, limit, timeout),
	} {
		t.Run(desc, func(t *testing.T) {
			t.Parallel()
			read := make(chan error, 1)
			h := chain.ThenFunc(func(_ http.ResponseWriter, r *http.Request) {
				<-r.Context().Done()
				_, err := io.ReadAll(r.Body)
				read <- err
			})
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				r.Body = io.NopCloser(strings.NewReader("0123456789a")) // which the response's end does not close
				h.ServeHTTP(w, r)
				for range 100 { // as outer layers may, until they return
					w.Header().Set("X-Outer", "1")
				}
			}))
			defer srv.Close()
			res, err := http.Post(srv.URL, "text/plain", io.MultiReader(strings.NewReader("x")))
			if err != nil || res.StatusCode != 503 {
				t.Fatalf("got %v, %v", res, err)
			}
			res.Body.Close()
			var tooLarge *http.MaxBytesError
			if err := <-read; !errors.As(err, &tooLarge) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// The outer layers' request is theirs.
func TestBodyLimitLeavesRequest(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest("POST", "/", strings.NewReader("x"))
	before := r.Body
	middleware.BodyLimit(10)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = nil
	})).ServeHTTP(httptest.NewRecorder(), r)
	if r.Body != before {
		t.Error("the body of the outer layers' request was replaced")
	}
	wantPanic(t, func() { middleware.BodyLimit(-1) }, "middleware.BodyLimit: limit: -1")
}

func ExampleBodyLimit() {
	h := middleware.BodyLimit(1 << 10)(gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
		_, err := io.ReadAll(r.Body)
		var tooLarge *http.MaxBytesError
		fmt.Println(errors.As(err, &tooLarge))
		return err
	}))
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest("POST", "/", io.LimitReader(zeros{}, 1<<20))) // no length is declared
	fmt.Println(rec.Code)
	// Output:
	// true
	// 413
}
