package fastcgi

import (
	"net/http"
	"testing"
)

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
