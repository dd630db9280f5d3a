package fastcgi

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	gangplank "github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
)

// F3: a panic costs one request. Nothing sent: 500. Something sent, or
// ErrAbortHandler: the connection ends where END_REQUEST should be.
func TestPanic(t *testing.T) {
	t.Parallel()
	addr, log := launch(t, &Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/late":
			io.WriteString(w, "half a page")
			http.NewResponseController(w).Flush()
			panic("late")
		case "/abort":
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("X-Page", "wrong")
		io.WriteString(w, "half a page")
		panic("early")
	})})
	c := dial(t, addr)
	for range 2 {
		if a := c.do(get("/early")); a.status != 500 || strings.Contains(a.body, "half") {
			t.Errorf("got %+v", a)
		}
	}
	c.send(get("/late"))
	if a, err := c.read(1); err == nil || !strings.Contains(a.body, "half a page") {
		t.Errorf("broken answer: got %+v, %v", a, err)
	}
	c = dial(t, addr)
	c.send(get("/abort"))
	c.closed()
	if n := strings.Count(log.String(), "panic serving"); n != 3 {
		t.Errorf("%d panics in the log, want 3:\n%s", n, log)
	}
}

// An answer that is shorter than its Content-Length must not look whole.
func TestShortAnswer(t *testing.T) {
	t.Parallel()
	addr, log := launch(t, &Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "20")
		hello(w, r)
	})})
	c := dial(t, addr)
	c.send(get("/"))
	if a, err := c.read(1); err == nil {
		t.Errorf("got %+v", a)
	}
	if !strings.Contains(log.String(), "missing=9") {
		t.Errorf("log: %s", log)
	}
}

// F13: STDERR, its end, and F2: no text is too long for it.
func TestStderr(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("0123456789", 20000)
	var stale io.Writer
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/next" {
			if _, err := io.WriteString(stale, "from the grave"); err == nil {
				t.Error("writing to the STDERR of a request that is over: no error")
			}
			return
		}
		stale = gangplank.From(r).Gateway().Stderr()
		io.WriteString(stale, "oops\n")
		if n, err := io.WriteString(stale, text); n != len(text) || err != nil {
			t.Errorf("wrote %d, %v", n, err)
		}
		hello(w, r)
	})
	c.send(get("/"))
	var stderr, order strings.Builder
	for rep := (reply{}); rep.kind != typeEndRequest; {
		var err error
		if rep, err = c.next(); err != nil {
			t.Fatal(err)
		}
		if rep.kind == typeStderr {
			stderr.WriteString(rep.content)
		}
		if rep.length == 0 {
			order.WriteByte(byte('0' + rep.kind))
		}
	}
	if stderr.String() != "oops\n"+text {
		t.Errorf("STDERR has %d bytes", stderr.Len())
	}
	if order.String() != "67" {
		t.Errorf("streams ended: %q, want STDOUT and STDERR", order.String())
	}
	if a := c.do(get("/next")); a.stderr != "" {
		t.Errorf("STDERR of the next: %q", a.stderr)
	}
}

// F14 to F19, on the wire: interim responses, flushes, bodies that must not be.
func TestResponseRules(t *testing.T) {
	t.Parallel()
	tests := []struct {
		desc    string
		handler http.HandlerFunc
		method  string
		status  int
		body    string
		header  map[string]string
	}{
		{desc: "F14 early hints", handler: func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(103)
			w.WriteHeader(201)
		}, status: 201},
		{desc: "F16 no body for 304", handler: func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(304)
			if _, err := w.Write([]byte("x")); !errors.Is(err, http.ErrBodyNotAllowed) {
				t.Errorf("error is %v", err)
			}
		}, status: 304, header: map[string]string{"Content-Type": ""}},
		{desc: "F16 no body for HEAD", method: "HEAD", handler: hello, status: 200,
			header: map[string]string{"Content-Length": "11"}},
		{desc: "F17 encoded", handler: func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			io.WriteString(w, "\x1f\x8b\x08")
		}, status: 200, body: "\x1f\x8b\x08", header: map[string]string{"Content-Type": ""}},
		{desc: "F18 snapshot", handler: func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(202)
			w.Header().Set("X-Late", "1")
		}, status: 202, header: map[string]string{"X-Late": ""}},
		{desc: "F19 invalid status", handler: func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(42) }, status: 500,
			body: "Internal Server Error\n"},
		{desc: "rule 5", handler: func(w http.ResponseWriter, r *http.Request) {
			for _, name := range []string{"Transfer-Encoding", "Connection", "Status", "Upgrade", "Trailer", "Bad Name", "X\r\nY"} {
				w.Header()[name] = []string{"chunked"}
			}
			w.Header().Set("X-Split", "a\r\nSet-Cookie: b=c")
		}, status: 200, header: map[string]string{"Transfer-Encoding": "", "Connection": "", "Set-Cookie": "",
			"X-Split": "a  Set-Cookie: b=c"}},
	}
	for _, tt := range tests {
		t.Run(tt.desc, func(t *testing.T) {
			t.Parallel()
			method := tt.method
			if method == "" {
				method = "GET"
			}
			c := start(t, tt.handler)
			b := headBytes(1, roleResponder, true, with(getParams, pair{"REQUEST_METHOD", method}))
			a := c.do(appendHeader(b, typeStdin, 1, 0))
			if a.status != tt.status || a.body != tt.body {
				t.Errorf("got %+v, want %d with %q", a, tt.status, tt.body)
			}
			for name, want := range tt.header {
				if got := a.header.Get(name); got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
			}
		})
	}
}

// F25: what the protocol has no place for is told to who debugs.
func TestTrailersAreLogged(t *testing.T) {
	t.Parallel()
	log := new(protocoltest.Logs)
	addr, _ := launch(t, &Server{
		Logger: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Trailer", "X-Sum")
			hello(w, r)
			w.Header().Set("X-Sum", "1")
			w.Header().Set(http.TrailerPrefix+"X-Late", "2")
		}),
	})
	if a := dial(t, addr).do(get("/")); a.body != "Hello World" || a.header.Get("X-Sum")+a.header.Get("X-Late") != "" {
		t.Errorf("got %+v", a)
	}
	if got := log.String(); !strings.Contains(got, `trailers dropped" count=2 names="[X-Late X-Sum]"`) {
		t.Errorf("log: %s", got)
	}
}

// F15: Flush sends what there is, also when that is only the head.
func TestFlush(t *testing.T) {
	t.Parallel()
	next := make(chan bool)
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		rc := http.NewResponseController(w)
		w.WriteHeader(200)
		rc.Flush()
		<-next
		io.WriteString(w, "one")
		rc.Flush()
		<-next
		io.WriteString(w, "two")
	})
	c.send(get("/"))
	if got := c.expect(typeStdout, 1); !strings.HasSuffix(got, "\r\n\r\n") {
		t.Errorf("head: %q", got)
	}
	next <- true
	if got := c.expect(typeStdout, 1); got != "one" {
		t.Errorf("got %q", got)
	}
	next <- true
	if got := c.expect(typeStdout, 1); got != "two" {
		t.Errorf("got %q", got)
	}
}

// F25, and records: whatever way the bytes take, they arrive whole, in records
// that no length has been cut in.
func TestLargeAnswers(t *testing.T) {
	t.Parallel()
	page := bytes.Repeat([]byte("0123456789abcde\n"), 2<<20/16)
	text := string(page)
	for desc, write := range map[string]func(w http.ResponseWriter){
		"Write":       func(w http.ResponseWriter) { w.Write(page) },
		"WriteString": func(w http.ResponseWriter) { io.WriteString(w, text) },
		"io.Copy":     func(w http.ResponseWriter) { io.Copy(w, bytes.NewReader(page)) },
		"io.Copy of a reader": func(w http.ResponseWriter) {
			io.Copy(w, struct{ io.Reader }{bytes.NewReader(page)})
		},
		"odd pieces": func(w http.ResponseWriter) {
			for rest, n := page, 1; len(rest) > 0; n = (n*7 + 3) % 100000 {
				m := min(len(rest), n)
				w.Write(rest[:m])
				rest = rest[m:]
			}
		},
	} {
		t.Run(desc, func(t *testing.T) {
			t.Parallel()
			c := start(t, func(w http.ResponseWriter, r *http.Request) { write(w) })
			for range 2 {
				if a := c.do(get("/")); a.body != text {
					t.Errorf("got %d bytes, want %d", len(a.body), len(page))
				}
			}
		})
	}
}

// A header longer than a record.
func TestEnormousHeader(t *testing.T) {
	t.Parallel()
	value := strings.Repeat("v", 150000)
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Long", value)
		hello(w, r)
	})
	for range 2 {
		if a := c.do(get("/")); a.header.Get("X-Long") != value || a.body != "Hello World" {
			t.Errorf("got a header of %d bytes and %q", len(a.header.Get("X-Long")), a.body)
		}
	}
}

// A goroutine that outlives its request writes nothing into the next one.
func TestOutlivingWriter(t *testing.T) {
	t.Parallel()
	stale := make(chan http.ResponseWriter, 1)
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/first" {
			stale <- w.(interface{ Unwrap() http.ResponseWriter }).Unwrap()
			return
		}
		old := <-stale
		if _, err := io.WriteString(old, strings.Repeat("SECRET", 10000)); err == nil {
			t.Error("writing a response that is over: no error")
		}
		if http.NewResponseController(old).SetWriteDeadline(time.Unix(1, 0)) == nil {
			t.Error("SetWriteDeadline of a response that is over: no error")
		}
		http.NewResponseController(old).SetReadDeadline(time.Unix(1, 0))
		hello(w, r)
	})
	c.do(get("/first"))
	if a := c.do(get("/second")); a.body != "Hello World" {
		t.Errorf("got %.100q", a.body)
	}
}
