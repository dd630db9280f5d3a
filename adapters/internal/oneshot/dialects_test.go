package oneshot_test

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/oneshot"
	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
	"github.com/gangplank-web/gangplank/adapters/scgi"
	"github.com/gangplank-web/gangplank/adapters/uwsgi"
)

// patience is how long a test waits for what must come.
const patience = protocoltest.Patience

// dialect is one of the protocols: every test here holds for both.
type dialect struct {
	name   string
	block  func(block string) []byte // what comes before the body
	pair   func(name, value string) string
	status string // what an answer begins with
	server func(s oneshot.Settings) protocoltest.Server
}

var dialects = []dialect{{
	name:   "scgi",
	block:  func(block string) []byte { return fmt.Appendf(nil, "%d:%s,", len(block), block) },
	pair:   func(name, value string) string { return name + "\x00" + value + "\x00" },
	status: "Status: ",
	server: func(s oneshot.Settings) protocoltest.Server {
		return &scgi.Server{Handler: s.Handler, Logger: s.Logger, ReadHeaderTimeout: s.ReadHeaderTimeout, ReadTimeout: s.ReadTimeout,
			WriteTimeout: s.WriteTimeout, MaxParamBytes: s.MaxParamBytes, MaxParams: s.MaxParams, MaxConns: s.MaxConns,
			MaxBodyBytes: s.Body.Body, BodyDir: s.Body.Dir, AllowedPeers: s.AllowedPeers, Mount: s.Mount, DisableQuirks: s.DisableQuirks,
			BaseContext: s.BaseContext, ConnContext: s.ConnContext}
	},
}, {
	name: "uwsgi",
	block: func(block string) []byte {
		return append(append(binary.LittleEndian.AppendUint16([]byte{0}, uint16(len(block))), 0), block...)
	},
	pair: func(name, value string) string {
		b := append(binary.LittleEndian.AppendUint16(nil, uint16(len(name))), name...)
		return string(append(binary.LittleEndian.AppendUint16(b, uint16(len(value))), value...))
	},
	status: "HTTP/1.1 ",
	server: func(s oneshot.Settings) protocoltest.Server {
		return &uwsgi.Server{Handler: s.Handler, Logger: s.Logger, ReadHeaderTimeout: s.ReadHeaderTimeout, ReadTimeout: s.ReadTimeout,
			WriteTimeout: s.WriteTimeout, MaxParamBytes: s.MaxParamBytes, MaxParams: s.MaxParams, MaxConns: s.MaxConns,
			MaxBodyBytes: s.Body.Body, BodyDir: s.Body.Dir, AllowedPeers: s.AllowedPeers, Mount: s.Mount, DisableQuirks: s.DisableQuirks,
			BaseContext: s.BaseContext, ConnContext: s.ConnContext}
	},
}}

// each runs a test for both.
func each(t *testing.T, f func(t *testing.T, d dialect)) {
	t.Parallel()
	for _, d := range dialects {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			f(t, d)
		})
	}
}

type vars map[string]string

// get are the variables of a small request.
var get = vars{
	"SCGI": "1", "REQUEST_METHOD": "GET", "REQUEST_URI": "/hello?lang=en", "SERVER_PROTOCOL": "HTTP/1.1", "SERVER_SOFTWARE": "test",
	"REMOTE_ADDR": "192.0.2.7", "REMOTE_PORT": "51234", "HTTP_HOST": "www.example.com",
}

// pairs encodes get, with what v replaces and adds; the length comes first.
func (d dialect) pairs(v vars) string {
	all := vars{"CONTENT_LENGTH": "0"}
	for _, list := range []vars{get, v} {
		for name, value := range list {
			all[name] = value
		}
	}
	b := d.pair("CONTENT_LENGTH", all["CONTENT_LENGTH"])
	delete(all, "CONTENT_LENGTH")
	for name, value := range all {
		b += d.pair(name, value)
	}
	return b
}

func (d dialect) get(v vars) []byte { return d.block(d.pairs(v)) }

// post is a request with a body of that length, which is not part of it.
func (d dialect) post(length int) []byte {
	return d.get(vars{"REQUEST_METHOD": "POST", "CONTENT_LENGTH": fmt.Sprint(length)})
}

// launch serves until the test ends.
func (d dialect) launch(t testing.TB, network string, s oneshot.Settings) (l net.Listener, srv protocoltest.Server, log *protocoltest.Logs) {
	t.Helper()
	log = protocoltest.Collect(&s.Logger)
	l, srv = protocoltest.Listen(t, network), d.server(s)
	protocoltest.Serve(t, srv, l)
	return l, srv, log
}

// client is one connection.
type client struct {
	t testing.TB
	d dialect
	net.Conn
}

func (d dialect) dial(t testing.TB, l net.Listener) *client {
	t.Helper()
	return &client{t, d, protocoltest.Dial(t, l.Addr().String())}
}

// start serves h and connects to it.
func (d dialect) start(t testing.TB, h http.HandlerFunc) (*client, *protocoltest.Logs) {
	t.Helper()
	l, _, log := d.launch(t, "unix", oneshot.Settings{Handler: h})
	return d.dial(t, l), log
}

func (c *client) send(parts ...[]byte) {
	c.t.Helper()
	for _, b := range parts {
		if _, err := c.Write(b); err != nil {
			c.t.Fatalf("sending %d bytes: %v", len(b), err)
		}
	}
}

// answer reads to the connection's end.
func (c *client) answer() (status int, head, body string) {
	c.t.Helper()
	b, err := io.ReadAll(c)
	if err != nil {
		c.t.Fatalf("after %d bytes: %v", len(b), err)
	}
	return c.parse(string(b))
}

func (c *client) parse(b string) (status int, head, body string) {
	c.t.Helper()
	head, body, ok := strings.Cut(b, "\r\n\r\n")
	line, ok2 := strings.CutPrefix(head, c.d.status)
	if _, err := fmt.Sscan(line, &status); err != nil || !ok || !ok2 {
		c.t.Fatalf("no answer: %.200q", b)
	}
	return status, head, body
}

func (c *client) want(status int, body string) {
	c.t.Helper()
	if s, _, b := c.answer(); s != status || b != body {
		c.t.Errorf("got %d with %.200q, want %d with %.200q", s, b, status, body)
	}
}

func hello(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "Hello World") }

// await waits for what a handler tells.
func await[T any](t testing.TB, ch <-chan T, what string) (v T) {
	t.Helper()
	select {
	case v = <-ch:
	case <-time.After(patience):
		t.Fatal("waited in vain for " + what)
	}
	return v
}
