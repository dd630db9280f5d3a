package fastcgi

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	gangplank "github.com/gangplank-web/gangplank"
)

// refusals are what is answered with a page, and a line in the log, before any
// handler sees it (F5, F24, F28).
func TestRefusedParams(t *testing.T) {
	t.Parallel()
	overflow := encodePairs(getParams)
	overflow = append(overflow, "\xff\xff\xff\xff\xff\xff\xff\xffabc"...)
	tests := []struct {
		desc   string
		block  []byte
		status int
		log    string
	}{
		{"too long", encodePairs(with(getParams, pair{"HTTP_X", strings.Repeat("x", 5000)})), 431, "parameters too long"},
		{"too many", encodePairs(append(with(getParams), make([]pair, 30)...)), 431, "too many parameters"},
		{"cut short", encodePairs(getParams)[:100], 400, "pair cut short"},
		{"lengths that overflow", overflow, 400, "pair cut short"},
		{"none at all", nil, 400, "REQUEST_METHOD"},
		{"negative length", encodePairs(with(getParams, pair{"CONTENT_LENGTH", "-7"})), 400, `CONTENT_LENGTH \"-7\"`},
		{"bad address", encodePairs(with(getParams, pair{"REMOTE_ADDR", "mars\nattacks"})), 400, `mars\\nattacks`},
	}
	for _, tt := range tests {
		t.Run(tt.desc, func(t *testing.T) {
			t.Parallel()
			addr, log := launch(t, &Server{MaxParamBytes: 4096, MaxParams: 40, Handler: http.HandlerFunc(
				func(w http.ResponseWriter, r *http.Request) { t.Error("the handler was called") })})
			c := dial(t, addr)
			b := appendStream(beginBytes(1, roleResponder, true), typeParams, 1, tt.block)
			b = appendHeader(b, typeParams, 1, 0)
			a := c.do(appendHeader(b, typeStdin, 1, 0))
			if a.status != tt.status {
				t.Errorf("got status %d, want %d", a.status, tt.status)
			}
			if got := log.String(); !strings.Contains(got, tt.log) || strings.Count(got, "\n") != 1 {
				t.Errorf("log does not say %s in one line:\n%s", tt.log, got)
			}
			if strings.Contains(a.body, "mars") {
				t.Error("the answer repeats what was sent")
			}
		})
	}
}

// F2: whatever is refused, nothing of it comes back as records.
func TestLongBadURI(t *testing.T) {
	t.Parallel()
	addr, log := launch(t, &Server{Handler: http.HandlerFunc(hello)})
	c := dial(t, addr)
	uri := "%zz" + strings.Repeat("A", 70000)
	a := c.do(appendHeader(headBytes(1, roleResponder, true, with(getParams, pair{"REQUEST_URI", uri})), typeStdin, 1, 0))
	if a.status != 400 || strings.Contains(a.body+a.stderr, "AAA") {
		t.Errorf("got status %d, stderr of %d bytes", a.status, len(a.stderr))
	}
	if n := len(log.String()); n > 1000 {
		t.Errorf("log line of %d bytes", n)
	}
	if a := c.do(get("/")); a.body != "Hello World" {
		t.Errorf("next request: %+v", a)
	}
}

// What breaks the framing costs the connection, and no other one.
func TestGarbage(t *testing.T) {
	t.Parallel()
	addr, log := launch(t, &Server{Handler: http.HandlerFunc(hello)})
	other := dial(t, addr)
	other.do(get("/"))
	tests := []struct {
		desc string
		in   []byte
		log  string
	}{
		{"HTTP", []byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "protocol version 71"},
		{"version 2", []byte{2, 1, 0, 1, 0, 8, 0, 0}, "protocol version 2"},
		{"short BEGIN", appendStream(nil, typeBeginRequest, 1, []byte("short")), "BEGIN_REQUEST whose body"},
		{"long BEGIN", appendStream(nil, typeBeginRequest, 1, make([]byte, 9000)), "too long for its type"},
		{"BEGIN with id 0", beginBytes(0, roleResponder, true), "with id 0"},
		{"PARAMS with id 0", appendStream(nil, typeParams, 0, []byte("x")), "with id 0"},
		{"BEGIN twice", append(beginBytes(1, roleResponder, true), beginBytes(1, roleResponder, true)...), "type 1 among"},
		{"STDIN before the parameters", appendHeader(beginBytes(1, roleResponder, true), typeStdin, 1, 0), "type 5 among"},
		{"malformed GET_VALUES", appendStream(nil, typeGetValues, 0, []byte("\x05\x00FCGI")), "pair cut short"},
		{"long GET_VALUES", appendStream(nil, typeGetValues, 0, make([]byte, 60000)), "too long for its type"},
		{"DATA before the end of STDIN", appendStream(headBytes(1, roleFilter, true, postParams(4)), typeData, 1, []byte("x")), "data before the end"},
		{"the end of DATA before that of STDIN", appendHeader(headBytes(1, roleFilter, true, postParams(4)), typeData, 1, 0), "data before the end"},
		{"BEGIN again while answering", append(post("")[:len(post(""))-8], beginBytes(1, roleResponder, true)...), "second BEGIN_REQUEST"},
	}
	for _, tt := range tests {
		t.Run(tt.desc, func(t *testing.T) {
			c := dial(t, addr)
			c.send(tt.in)
			io.Copy(io.Discard, c)
			if !strings.Contains(log.String(), tt.log) {
				t.Errorf("log does not say %q:\n%s", tt.log, log)
			}
		})
	}
	if a := other.do(get("/")); a.body != "Hello World" {
		t.Errorf("another connection got %+v", a)
	}
}

func TestReadTimeout(t *testing.T) {
	t.Parallel()
	got := make(chan error, 1)
	addr, _ := launch(t, &Server{ReadTimeout: 20 * time.Millisecond, Handler: http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) {
			_, err := io.ReadAll(r.Body)
			if err := r.Context().Err(); err != nil {
				t.Errorf("a slow client is not a lost one: %v", err)
			}
			got <- err
			panic(http.ErrAbortHandler)
		})})
	c := dial(t, addr)
	c.send(appendStream(headBytes(1, roleResponder, true, postParams(10)), typeStdin, 1, []byte("half")))
	if ne := net.Error(nil); !errors.As(<-got, &ne) || !ne.Timeout() {
		t.Error("no timeout")
	}
}

func TestMaxBodyBytes(t *testing.T) {
	t.Parallel()
	addr, _ := launch(t, &Server{MaxBodyBytes: 10, Handler: http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) {
			_, err := io.Copy(io.Discard, r.Body)
			http.Error(w, "", gangplank.StatusOf(err))
		})})
	c := dial(t, addr)
	if a := c.do(post(strings.Repeat("x", 11))); a.status != 413 {
		t.Errorf("got %d", a.status)
	}
	if a := c.do(post("x")); a.status != 500 { // StatusOf(nil)
		t.Errorf("the next one: got %d", a.status)
	}
}

// One connection too many hears FCGI_OVERLOADED.
func TestOverloaded(t *testing.T) {
	t.Parallel()
	addr, log := launch(t, &Server{MaxConns: 1, Handler: http.HandlerFunc(hello)})
	first := dial(t, addr)
	first.do(get("/"))
	second := dial(t, addr)
	second.send(get("/"))
	if end := second.expect(typeEndRequest, 1); end[4] != byte(statusOverloaded) {
		t.Errorf("END_REQUEST is % x", end)
	}
	second.closed()
	if !strings.Contains(log.String(), "too many") {
		t.Errorf("log: %s", log)
	}
	if a := first.do(get("/")); a.body != "Hello World" {
		t.Errorf("the first one: %+v", a)
	}
}

func TestMaxRequestsPerConn(t *testing.T) {
	t.Parallel()
	addr, _ := launch(t, &Server{MaxRequestsPerConn: 2, Handler: http.HandlerFunc(hello)})
	c := dial(t, addr)
	c.do(get("/"))
	c.do(get("/"))
	c.closed()
}

func TestBadSettings(t *testing.T) {
	t.Parallel()
	if err := new(Server).Validate(); err != nil {
		t.Error(err)
	}
	for want, s := range map[string]*Server{
		"Mount: ":         {Mount: "app"},
		"DisableQuirks: ": {DisableQuirks: []string{"no-such"}},
		"AllowedPeers: ":  {Mount: "app", AllowedPeers: make([]netip.Prefix, 1)},
		"BodyDir: ":       {Mount: "app", BodyDir: "no-such"},
	} {
		faults := s.Validate()
		if faults == nil || !strings.HasPrefix(faults.Error(), "fastcgi: ") || !strings.Contains(faults.Error(), want) {
			t.Errorf("%s: Validate returned %v", want, faults)
			continue
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Serve(l); err == nil || err.Error() != faults.Error() {
			t.Errorf("Serve returned %v, Validate %v", err, faults)
		}
		if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("the listener is still open: %v", err)
		}
	}
}

// F12: Shutdown lets a request finish, and keeps no idle connection.
func TestShutdown(t *testing.T) {
	t.Parallel()
	started, release := make(chan bool), make(chan bool)
	s := &Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			started <- true
			<-release
		}
		hello(w, r)
	})}
	addr, _ := launch(t, s)
	idle, busy := dial(t, addr), dial(t, addr)
	idle.do(get("/"))
	busy.send(get("/slow"))
	<-started
	down := make(chan error)
	go func() { down <- s.Shutdown(context.Background()) }()
	idle.closed()
	close(release)
	if a := busy.must(1); a.body != "Hello World" {
		t.Errorf("got %+v", a)
	}
	busy.closed()
	if err := <-down; err != nil {
		t.Error(err)
	}
	if err := s.Serve(new(net.UnixListener)); !errors.Is(err, http.ErrServerClosed) {
		t.Errorf("Serve after Shutdown: %v", err)
	}
}

// Close, and the end of Shutdown's patience, cancel what runs.
func TestClose(t *testing.T) {
	t.Parallel()
	started, cause := make(chan bool), make(chan error, 1)
	s := &Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(started)
		<-r.Context().Done()
		cause <- gangplank.From(r).Cause()
	})}
	addr, _ := launch(t, s)
	dial(t, addr).send(get("/"))
	<-started
	s.Close()
	if err := <-cause; !errors.Is(err, net.ErrClosed) {
		t.Errorf("cause is %v", err)
	}
}
