package ajp

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
)

// An AJP client for the tests, which speaks packet by packet, so that it can also
// say what no front server would.

// patience is how long a test waits for what must come.
const patience = protocoltest.Patience

// launch starts s on a unix socket until the test ends and returns its address.
func launch(t testing.TB, s *Server) (addr string, log *protocoltest.Logs) {
	t.Helper()
	return launchOn(t, s, protocoltest.Listen(t, "unix"))
}

func launchOn(t testing.TB, s *Server, l net.Listener) (addr string, log *protocoltest.Logs) {
	t.Helper()
	log = protocoltest.Collect(&s.Logger)
	protocoltest.Serve(t, s, l)
	return l.Addr().String(), log
}

// client is one connection.
type client struct {
	t testing.TB
	net.Conn
	r *bufio.Reader
}

// dial connects until the test ends.
func dial(t testing.TB, addr string) *client {
	t.Helper()
	conn := protocoltest.Dial(t, addr)
	return &client{t: t, Conn: conn, r: bufio.NewReader(conn)}
}

// start serves h on a server of its own and connects to it.
func start(t testing.TB, h http.HandlerFunc) *client {
	t.Helper()
	addr, _ := launch(t, &Server{Handler: h})
	return dial(t, addr)
}

func hello(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "Hello World") }

func (c *client) send(b []byte) {
	c.t.Helper()
	if _, err := c.Write(b); err != nil {
		c.t.Fatalf("sending %d bytes: %v", len(b), err)
	}
}

// next reads the next packet.
func (c *client) next() (packetType, *reader, error) {
	var head [headerLen]byte
	if _, err := io.ReadFull(c.r, head[:]); err != nil {
		return 0, nil, err
	}
	if head[0] != 'A' || head[1] != 'B' {
		return 0, nil, fmt.Errorf("packet begins with %q", head[:2])
	}
	content := make([]byte, int(head[2])<<8|int(head[3]))
	if _, err := io.ReadFull(c.r, content); err != nil {
		return 0, nil, err
	}
	r := &reader{b: content}
	return packetType(r.byte()), r, r.err
}

// expect reads the next packet, which must be of that type.
func (c *client) expect(kind packetType) *reader {
	c.t.Helper()
	got, r, err := c.next()
	if err != nil || got != kind {
		c.t.Fatalf("got packet of type %d, %v; want type %d", got, err, kind)
	}
	return r
}

// asked reads a GET_BODY_CHUNK and returns how much it asks for.
func (c *client) asked() int {
	c.t.Helper()
	return int(c.expect(typeGetBodyChunk).uint16())
}

// answer is a whole response.
type answer struct {
	status int
	header http.Header
	body   string
	parts  []int // lengths of the body's parts
	reuse  bool
}

// read reads an answer, up to its end or that of the connection.
func (c *client) read() (a answer, err error) {
	var body strings.Builder
	defer func() { a.body = body.String() }()
	for {
		kind, r, err := c.next()
		if err != nil {
			return a, err
		}
		switch kind {
		case typeSendHeaders:
			if a.status != 0 {
				return a, errors.New("second SEND_HEADERS")
			}
			a.status, a.header, err = parseHead(r)
		case typeSendBodyChunk:
			n := int(r.uint16())
			body.Write(r.take(n))
			a.parts = append(a.parts, n)
			if r.byte() != 0 || len(r.b) > 0 {
				err = errors.New("part of the body without its zero byte")
			}
		case typeEndResponse:
			a.reuse = r.byte() == 1
			return a, r.err
		default:
			return a, fmt.Errorf("packet of type %d in an answer", kind)
		}
		if err = errors.Join(err, r.err); err != nil {
			return a, err
		}
	}
}

// parseHead takes SEND_HEADERS apart.
func parseHead(r *reader) (status int, h http.Header, err error) {
	names := []string{"Content-Type", "Content-Language", "Content-Length", "Date", "Last-Modified", "Location", "Set-Cookie",
		"Set-Cookie2", "Servlet-Engine", "Status", "WWW-Authenticate"}
	status, h = int(r.uint16()), http.Header{}
	r.string()
	for n := r.uint16(); n > 0 && r.err == nil; n-- {
		name := ""
		if code := r.uint16(); code >= coded {
			name = names[code-coded-1]
		} else {
			b, _ := r.text(int(code))
			name = string(b)
		}
		value, _ := r.string()
		h.Add(name, string(value))
	}
	if len(r.b) > 0 {
		err = fmt.Errorf("%d bytes after the head", len(r.b))
	}
	return status, h, err
}

// do sends a request and reads the answer.
func (c *client) do(request []byte) answer {
	c.t.Helper()
	c.send(request)
	return c.must()
}

// must reads the answer, which must be there.
func (c *client) must() answer {
	c.t.Helper()
	a, err := c.read()
	if err != nil {
		c.t.Fatalf("reading the answer: %v (%d, %d bytes so far)", err, a.status, len(a.body))
	}
	return a
}

// greeted checks that the connection serves on.
func (c *client) greeted() {
	c.t.Helper()
	if a := c.do(get("/")); a.body != "Hello World" || !a.reuse {
		c.t.Errorf("got %+v", a)
	}
}

// closed reads the connection's end, and nothing before it.
func (c *client) closed() {
	c.t.Helper()
	if kind, _, err := c.next(); err == nil {
		c.t.Fatalf("got a packet of type %d on a connection that should be closed", kind)
	} else if ne := net.Error(nil); errors.As(err, &ne) && ne.Timeout() {
		c.t.Fatal("connection still open")
	}
}
