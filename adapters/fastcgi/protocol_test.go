package fastcgi

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	gangplank "github.com/gangplank-web/gangplank"
)

func abortBytes(id uint16) []byte { return appendHeader(nil, typeAbortRequest, id, 0) }

func valuesQuery(names ...string) []byte {
	var b []byte
	for _, name := range names {
		b = appendPair(b, name, "")
	}
	return append(appendHeader(nil, typeGetValues, 0, len(b)), b...)
}

// ask sends a GET_VALUES and reads the answer: the reader is alive.
func (c *client) ask() {
	c.t.Helper()
	c.send(valuesQuery("FCGI_MPXS_CONNS"))
	c.expect(typeGetValuesResult, 0)
}

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

// F8: nothing that the handler does keeps the connection from being read.
func TestBusyConnection(t *testing.T) {
	t.Parallel()
	release := make(chan bool)
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			<-release
		}
		hello(w, r)
	})
	c.send(get("/slow"))
	c.ask()
	second := headBytes(2, roleResponder, true, getParams)
	c.send(appendHeader(second, typeStdin, 2, 0))
	if end := c.expect(typeEndRequest, 2); end[4] != byte(statusCantMultiplex) {
		t.Errorf("END_REQUEST of the second is % x", end)
	}
	c.send(appendHeader(nil, 77, 0, 0))
	c.expect(typeUnknownType, 0)
	close(release)
	if a := c.must(1); a.body != "Hello World" {
		t.Errorf("got %+v", a)
	}
	if a := c.do(get("/")); a.body != "Hello World" {
		t.Errorf("next: %+v", a)
	}
}

// A second request among the parameters of the first.
func TestSecondRequestInParams(t *testing.T) {
	t.Parallel()
	c := start(t, hello)
	first := get("/")
	c.send(first[:headerLen+beginLen])
	c.send(beginBytes(9, roleResponder, true))
	if end := c.expect(typeEndRequest, 9); end[4] != byte(statusCantMultiplex) {
		t.Errorf("END_REQUEST is % x", end)
	}
	c.send(first[headerLen+beginLen:])
	if a := c.must(1); a.body != "Hello World" {
		t.Errorf("got %+v", a)
	}
}

// F9, and that it is answered before any request.
func TestGetValues(t *testing.T) {
	t.Parallel()
	addr, _ := launch(t, &Server{Handler: http.HandlerFunc(hello), MaxConns: 33})
	c := dial(t, addr)
	c.send(valuesQuery("FCGI_MAX_REQS", "NO_SUCH", "FCGI_MPXS_CONNS", "FCGI_MAX_CONNS"))
	got, err := cutAll(c.expect(typeGetValuesResult, 0))
	want := []pair{{"FCGI_MAX_REQS", "33"}, {"FCGI_MPXS_CONNS", "0"}, {"FCGI_MAX_CONNS", "33"}}
	if err != nil || len(got) != 3 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	c.send(valuesQuery())
	if got := c.expect(typeGetValuesResult, 0); got != "" {
		t.Errorf("got %q for nothing", got)
	}
	if a := c.do(get("/")); a.body != "Hello World" {
		t.Errorf("got %+v", a)
	}
}

// F10: by the specification only a management record is answered; one with the
// id of a request is skipped by its length.
func TestUnknownType(t *testing.T) {
	t.Parallel()
	c := start(t, hello)
	c.send(appendStream(nil, 99, 0, []byte("what is this")))
	if got := c.expect(typeUnknownType, 0); got != "\x63\x00\x00\x00\x00\x00\x00\x00" {
		t.Errorf("got % x", got)
	}
	request := get("/")
	end := len(request) - headerLen
	c.send(request[:end])
	c.send(appendStream(nil, 99, 1, make([]byte, 20000)))
	c.send(request[end:])
	if a := c.must(1); a.body != "Hello World" {
		t.Errorf("got %+v", a)
	}
}

// F11 and section 3.2: a role that nobody knows is refused, and the connection kept.
func TestUnknownRole(t *testing.T) {
	t.Parallel()
	c := start(t, hello)
	for _, keep := range []bool{true, false} {
		c.send(headBytes(1, 7, keep, getParams))
		if end := c.expect(typeEndRequest, 1); end[4] != byte(statusUnknownRole) {
			t.Errorf("END_REQUEST is % x", end)
		}
	}
	c.closed()
}

// Rule 9: what comes late belongs to nobody.
func TestLateRecords(t *testing.T) {
	t.Parallel()
	c := start(t, hello)
	c.do(get("/"))
	late := appendStream(nil, typeStdin, 1, []byte("late"))
	late = appendHeader(late, typeStdin, 1, 0)
	late = append(late, abortBytes(1)...)
	late = appendStream(late, typeData, 5, []byte("late"))
	late = appendStream(late, typeParams, 3, make([]byte, 40000))
	c.send(late)
	if a := c.do(get("/")); a.body != "Hello World" {
		t.Errorf("got %+v", a)
	}
}

// Padding, and reserved bytes that are set.
func TestPadding(t *testing.T) {
	t.Parallel()
	c := start(t, func(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) })
	plain := post("body")
	var padded []byte
	for len(plain) > 0 {
		rec, err := parseRecord(plain)
		if err != nil {
			t.Fatal(err)
		}
		head := len(padded)
		padded = append(padded, plain[:headerLen+rec.length]...)
		padded[head+6], padded[head+7] = 255, 0xee
		padded = append(padded, strings.Repeat("P", 255)...)
		plain = plain[headerLen+rec.length:]
	}
	for range 2 {
		if a := c.do(padded); a.body != "body" {
			t.Errorf("got %+v", a)
		}
	}
}

// One byte at a time, over everything that can be said.
func TestByteByByte(t *testing.T) {
	t.Parallel()
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		io.WriteString(w, r.URL.Path+string(body))
	})
	all := append(valuesQuery("FCGI_MPXS_CONNS"), post("the body")...)
	for i := range all {
		c.send(all[i : i+1])
	}
	c.expect(typeGetValuesResult, 0)
	if a := c.must(1); a.body != "/the body" {
		t.Errorf("got %+v", a)
	}
}

// Every way of cutting the PARAMS stream in two gives the same request.
func TestParamsCutAnywhere(t *testing.T) {
	t.Parallel()
	c := start(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Host+r.UserAgent()) })
	block := encodePairs(getParams)
	want := c.do(get("/")).body
	for cut := 1; cut < len(block); cut += 7 {
		b := appendStream(beginBytes(1, roleResponder, true), typeParams, 1, block[:cut])
		b = appendHeader(appendStream(b, typeParams, 1, block[cut:]), typeParams, 1, 0)
		if a := c.do(appendHeader(b, typeStdin, 1, 0)); a.body != want {
			t.Fatalf("cut at %d: got %q", cut, a.body)
		}
	}
}

// As h2o sends them: more than one record can hold, cut at 65535.
func TestLongParams(t *testing.T) {
	t.Parallel()
	value := strings.Repeat("v", 70000)
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Long") != value {
			t.Errorf("value of %d bytes", len(r.Header.Get("X-Long")))
		}
	})
	b := headBytes(1, roleResponder, true, with(getParams, pair{"HTTP_X_LONG", value}))
	c.do(appendHeader(b, typeStdin, 1, 0))
}

// Every truncated prefix of a request ends quietly, and calls no handler with
// half a head.
func TestTruncated(t *testing.T) {
	t.Parallel()
	request := post("body")
	head := len(headBytes(1, roleResponder, true, postParams(4)))
	addr, _ := launch(t, &Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err == nil {
			t.Error("half a body passed for a whole one")
		}
	})})
	for n := 0; n < len(request)-headerLen; n += 5 {
		c := dial(t, addr)
		c.send(request[:n])
		c.Conn.(interface{ CloseWrite() error }).CloseWrite()
		rest, err := io.ReadAll(c)
		if err != nil || n < head && len(rest) > 0 {
			t.Fatalf("cut at %d of %d: got %d bytes, %v", n, len(request), len(rest), err)
		}
		c.Close()
	}
}

// Rule 8: END_REQUEST waits for the end of the body on a kept connection, but the
// answer does not.
func TestEndAfterBody(t *testing.T) {
	t.Parallel()
	addr, _ := launch(t, &Server{Handler: http.HandlerFunc(hello), stall: patience})
	c := dial(t, addr)
	c.send(appendStream(headBytes(1, roleResponder, true, postParams(10)), typeStdin, 1, []byte("half ")))
	if got := c.expect(typeStdout, 1); !strings.HasSuffix(got, "Hello World") {
		t.Errorf("got %q", got)
	}
	c.ask()
	c.send(appendHeader(appendStream(nil, typeStdin, 1, []byte("body!")), typeStdin, 1, 0))
	c.expect(typeStdout, 1)
	c.expect(typeEndRequest, 1)
	if a := c.do(get("/")); a.body != "Hello World" {
		t.Errorf("next: %+v", a)
	}
}

// On a connection to be closed it does not wait, and the answer survives the
// close although the body was not read (golang.org/issue/4183).
func TestCloseWithUnreadBody(t *testing.T) {
	t.Parallel()
	const size = 3 << 20
	c := start(t, func(w http.ResponseWriter, r *http.Request) { w.Write(make([]byte, size)) })
	body := make([]byte, size)
	b := appendStream(headBytes(1, roleResponder, false, postParams(size)), typeStdin, 1, body)
	c.send(b[:len(b)/2]) // front servers send it all first: rule 7
	c.send(b[len(b)/2:])
	a := c.must(1)
	if len(a.body) != size {
		t.Errorf("got %d bytes", len(a.body))
	}
	c.Close()
}

// A connection whose client goes slowly is not held against its next request.
func TestWatchedThenReused(t *testing.T) {
	t.Parallel()
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(3 * watchAfter): // long enough to be watched
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
