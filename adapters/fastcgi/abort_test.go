package fastcgi

import (
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	gangplank "github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/internal/spool"
)

func abortBytes(id uint16) []byte { return appendHeader(nil, typeAbortRequest, id, 0) }

// F1, F7: after an abort the id stays the handler's until it returns, and
// nothing that it writes then is sent.
func TestAbort(t *testing.T) {
	t.Parallel()
	cause, release := make(chan error, 1), make(chan bool)
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/second" {
			hello(w, r)
			return
		}
		<-r.Context().Done()
		cause <- gangplank.From(r).Cause()
		<-release
		io.WriteString(w, "SECRET-OF-FIRST")
		if err := http.NewResponseController(w).Flush(); !errors.Is(err, ErrAborted) {
			t.Errorf("Flush after the abort: %v", err)
		}
		io.WriteString(gangplank.From(r).Gateway().Stderr(), "SECRET-OF-FIRST")
	})
	c.send(get("/first"))
	c.send(abortBytes(1))
	if err := <-cause; err != ErrAborted {
		t.Errorf("cause is %v", err)
	}
	c.ask() // no END_REQUEST before this, since the handler still runs
	close(release)
	if rep, err := c.next(); err != nil || rep.kind != typeEndRequest {
		t.Fatalf("got %+v, %v, want END_REQUEST", rep, err)
	}
	if a := c.do(get("/second")); a.body != "Hello World" {
		t.Errorf("got %+v", a)
	}
}

// F1: END_REQUEST is the answer to an abort, also when the handler panics for it, as
// httputil.ReverseProxy does.
func TestAbortThenPanic(t *testing.T) {
	t.Parallel()
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/second" {
			hello(w, r)
			return
		}
		http.NewResponseController(w).Flush()
		<-r.Context().Done()
		if r.URL.Path == "/abort" {
			panic(http.ErrAbortHandler)
		}
		panic(r.Context().Err())
	})
	for _, path := range []string{"/abort", "/panic"} {
		c.send(get(path))
		c.expect(typeStdout, 1)
		c.send(abortBytes(1))
		c.expect(typeEndRequest, 1)
		if a := c.do(get("/second")); a.body != "Hello World" {
			t.Errorf("%s: then got %+v", path, a)
		}
	}
}

// golang/go#43901: a write that waits for a front server which does not read keeps
// nobody from reading what that one sends.
func TestAbortWhileWriting(t *testing.T) {
	t.Parallel()
	cause := make(chan error, 1)
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/second" {
			hello(w, r)
			return
		}
		go func() {
			<-r.Context().Done()
			cause <- gangplank.From(r).Cause()
		}()
		for page := make([]byte, 1<<20); r.Context().Err() == nil; {
			w.Write(page)
		}
	})
	c.send(get("/"))
	c.expect(typeStdout, 1) // and no more of what fills the socket
	c.send(abortBytes(1))
	if err := <-cause; err != ErrAborted {
		t.Errorf("cause is %v", err)
	}
	for rep := (reply{}); rep.kind != typeEndRequest; {
		var err error
		if rep, err = c.next(); err != nil {
			t.Fatal(err)
		}
	}
	if a := c.do(get("/second")); a.body != "Hello World" {
		t.Errorf("then got %+v", a)
	}
}

// An abort while the handler waits for the rest of the body.
func TestAbortInBody(t *testing.T) {
	t.Parallel()
	got := make(chan error, 1)
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		got <- err
		if r.Context().Err() == nil {
			t.Error("context not cancelled")
		}
	})
	c.send(appendStream(headBytes(1, roleResponder, true, postParams(10)), typeStdin, 1, []byte("half")))
	c.send(abortBytes(1))
	if err := <-got; err != ErrAborted {
		t.Errorf("read error is %v", err)
	}
	c.expect(typeEndRequest, 1)
	c.send(appendHeader(appendStream(nil, typeStdin, 1, []byte("late")), typeStdin, 1, 0))
	c.ask()
}

// An abort that comes before a small body has been read by anybody.
func TestAbortUnreadBody(t *testing.T) {
	t.Parallel()
	c := start(t, func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	c.send(post("unread"))
	c.send(abortBytes(1))
	c.expect(typeEndRequest, 1)
	c.send(appendStream(headBytes(1, roleResponder, true, postParams(10)), typeStdin, 1, []byte("half")))
	c.send(abortBytes(1))
	c.expect(typeEndRequest, 1)
}

func TestAbortInParams(t *testing.T) {
	t.Parallel()
	c := start(t, hello)
	c.send(append(beginBytes(1, roleResponder, true), abortBytes(1)...))
	c.expect(typeEndRequest, 1)
	c.send(abortBytes(1)) // of nothing
	if a := c.do(get("/")); a.body != "Hello World" {
		t.Errorf("got %+v", a)
	}
}

// F6: the context ends with the connection, with the body unread, being read, or
// not there.
func TestPeerGone(t *testing.T) {
	t.Parallel()
	tests := []struct {
		desc    string
		request []byte
		handler http.HandlerFunc
	}{
		{"silent", get("/"), func(http.ResponseWriter, *http.Request) {}},
		{"body unread", post("body"), func(http.ResponseWriter, *http.Request) {}},
		{"body of unknown length unread", appendHeader(appendStream(headBytes(1, roleResponder, true, postParams(-1)), typeStdin, 1,
			make([]byte, spool.SmallBody)), typeStdin, 1, 0), func(http.ResponseWriter, *http.Request) {}},
		{"half a body unread", post("body")[:len(post("body"))-10], func(http.ResponseWriter, *http.Request) {}},
		{"half a body read", post("body")[:len(post("body"))-10], func(w http.ResponseWriter, r *http.Request) {
			if _, err := io.ReadAll(r.Body); err != io.ErrUnexpectedEOF {
				t.Errorf("read error is %v", err)
			}
		}},
		{"streaming", get("/"), func(w http.ResponseWriter, r *http.Request) {
			for http.NewResponseController(w).Flush() == nil {
				io.WriteString(w, "tick\n")
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.desc, func(t *testing.T) {
			t.Parallel()
			gone := make(chan error, 1)
			c := start(t, func(w http.ResponseWriter, r *http.Request) {
				tt.handler(w, r)
				<-r.Context().Done()
				gone <- gangplank.From(r).Cause()
			})
			c.send(tt.request)
			c.Close()
			if err := <-gone; err == nil {
				t.Error("no cause")
			}
		})
	}
}

// A connection whose client goes slowly is not held against its next request.
func TestWatchedThenReused(t *testing.T) {
	t.Parallel()
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(30 * time.Millisecond): // long enough to be watched
		case <-r.Context().Done():
			t.Error("cancelled")
		}
		hello(w, r)
	})
	for range 5 {
		if a := c.do(get("/")); a.body != "Hello World" {
			t.Errorf("got %+v", a)
		}
	}
}
