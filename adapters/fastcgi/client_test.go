package fastcgi

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
)

// A FastCGI client for the tests, which speaks record by record, so that it can
// also say what no front server would.

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

func (c *client) send(b []byte) {
	c.t.Helper()
	if _, err := c.Write(b); err != nil {
		c.t.Fatalf("sending %d bytes: %v", len(b), err)
	}
}

// reply is one record from the server.
type reply struct {
	record
	content string
}

// next reads the next record.
func (c *client) next() (reply, error) {
	var head [headerLen]byte
	if _, err := io.ReadFull(c.r, head[:]); err != nil {
		return reply{}, err
	}
	rec, err := parseRecord(head[:])
	if err != nil {
		return reply{}, err
	}
	if head[7] != 0 {
		c.t.Errorf("reserved byte of a record is %d", head[7])
	}
	content := make([]byte, rec.size())
	_, err = io.ReadFull(c.r, content)
	return reply{rec, string(content[:rec.length])}, err
}

// expect reads the next record, which must be of that type.
func (c *client) expect(kind recordType, id uint16) string {
	c.t.Helper()
	rep, err := c.next()
	if err != nil {
		c.t.Fatalf("waiting for a record of type %d: %v", kind, err)
	}
	if rep.kind != kind || rep.id != id {
		c.t.Fatalf("got record %+v, want type %d with id %d", rep, kind, id)
	}
	return rep.content
}

// answer is a whole response.
type answer struct {
	status int
	header http.Header
	body   string
	stderr string
	end    string // the body of END_REQUEST
	stdout []int  // lengths of the records
}

// read reads the answer to the request with that id.
func (c *client) read(id uint16) (answer, error) {
	var a answer
	var stdout strings.Builder
	for {
		rep, err := c.next()
		if err != nil {
			a.body = stdout.String()
			return a, err
		}
		if rep.id != id {
			return a, fmt.Errorf("record %+v for another id than %d", rep, id)
		}
		switch rep.kind {
		case typeStdout:
			stdout.WriteString(rep.content)
			a.stdout = append(a.stdout, rep.length)
		case typeStderr:
			a.stderr += rep.content
		case typeEndRequest:
			a.end = rep.content
			return a, a.parse(stdout.String())
		default:
			return a, fmt.Errorf("unexpected record %+v", rep)
		}
	}
}

// parse takes an answer in CGI form apart.
func (a *answer) parse(stdout string) error {
	if stdout == "" {
		return nil
	}
	head, body, ok := strings.Cut(stdout, "\r\n\r\n")
	if !ok {
		return fmt.Errorf("answer without a head: %.200q", stdout)
	}
	h, err := textproto.NewReader(bufio.NewReader(strings.NewReader(head + "\r\n\r\n"))).ReadMIMEHeader()
	if err != nil {
		return err
	}
	if _, err := fmt.Sscan(h.Get("Status"), &a.status); err != nil {
		return fmt.Errorf("bad Status %q", h.Get("Status"))
	}
	a.header, a.body = http.Header(h), body
	return nil
}

// do sends a request and reads the answer.
func (c *client) do(request []byte) answer {
	c.t.Helper()
	c.send(request)
	return c.must(1)
}

// must reads the answer, which must be there.
func (c *client) must(id uint16) answer {
	c.t.Helper()
	a, err := c.read(id)
	if err != nil {
		c.t.Fatalf("reading the answer: %v (%d bytes so far)", err, len(a.body))
	}
	if want := "\x00\x00\x00\x00\x00\x00\x00\x00"; a.end != want {
		c.t.Fatalf("END_REQUEST is % x", a.end)
	}
	return a
}

// closed reads the connection's end, and nothing before it.
func (c *client) closed() {
	c.t.Helper()
	if rep, err := c.next(); err == nil {
		c.t.Fatalf("got record %+v on a connection that should be closed", rep)
	} else if ne := net.Error(nil); errors.As(err, &ne) && ne.Timeout() {
		c.t.Fatal("connection still open")
	}
}
