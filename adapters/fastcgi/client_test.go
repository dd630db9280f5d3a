package fastcgi

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/textproto"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// A FastCGI client for the tests, which speaks record by record, so that it can
// also say what no front server would.

// patience is how long a test waits for what must come.
const patience = 10 * time.Second

// logs collects a server's log.
type logs struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// launch starts s on a unix socket until the test ends and returns its address.
func launch(t testing.TB, s *Server) (addr string, log *logs) {
	t.Helper()
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	return launchOn(t, s, l)
}

func launchOn(t testing.TB, s *Server, l net.Listener) (addr string, log *logs) {
	t.Helper()
	log = new(logs)
	if s.Logger == nil {
		s.Logger = slog.New(slog.NewTextHandler(log, nil))
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Errorf("Shutdown: %v", err)
			s.Close()
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("Serve returned %v", err)
		}
	})
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
	network := "unix"
	if !strings.Contains(addr, "/") {
		network = "tcp"
	}
	conn, err := net.Dial(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
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

func beginBytes(id uint16, role role, keep bool) []byte {
	body := [8]byte{byte(role >> 8), byte(role)}
	if keep {
		body[2] = flagKeepConn
	}
	return append(appendHeader(nil, typeBeginRequest, id, beginLen), body[:]...)
}

// getParams are what nginx sends for a browser's GET.
var getParams = []pair{
	{"QUERY_STRING", "lang=en"},
	{"REQUEST_METHOD", "GET"},
	{"CONTENT_TYPE", ""},
	{"CONTENT_LENGTH", ""},
	{"SCRIPT_NAME", "/hello"},
	{"REQUEST_URI", "/hello?lang=en"},
	{"DOCUMENT_URI", "/hello"},
	{"DOCUMENT_ROOT", "/usr/share/nginx/html"},
	{"SERVER_PROTOCOL", "HTTP/1.1"},
	{"REQUEST_SCHEME", "http"},
	{"GATEWAY_INTERFACE", "CGI/1.1"},
	{"SERVER_SOFTWARE", "nginx/1.22.1"},
	{"REMOTE_ADDR", "192.0.2.7"},
	{"REMOTE_PORT", "51234"},
	{"SERVER_ADDR", "192.0.2.1"},
	{"SERVER_PORT", "80"},
	{"SERVER_NAME", "www.example.com"},
	{"REDIRECT_STATUS", "200"},
	{"HTTP_HOST", "www.example.com"},
	{"HTTP_USER_AGENT", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"},
	{"HTTP_ACCEPT", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
	{"HTTP_ACCEPT_LANGUAGE", "en-US,en;q=0.5"},
	{"HTTP_ACCEPT_ENCODING", "gzip, deflate, br"},
	{"HTTP_COOKIE", "theme=dark; visits=12"},
}

// with returns params with some replaced or added.
func with(params []pair, more ...pair) []pair {
	params = append([]pair(nil), params...)
next:
	for _, m := range more {
		for i := range params {
			if params[i].name == m.name {
				params[i] = m
				continue next
			}
		}
		params = append(params, m)
	}
	return params
}

// headBytes is a request up to the end of its parameters.
func headBytes(id uint16, role role, keep bool, params []pair) []byte {
	b := appendStream(beginBytes(id, role, keep), typeParams, id, encodePairs(params))
	return appendHeader(b, typeParams, id, 0)
}

// get is a whole GET request on a kept connection.
func get(path string) []byte {
	b := headBytes(1, roleResponder, true, with(getParams, pair{"REQUEST_URI", path}, pair{"SCRIPT_NAME", ""}))
	return appendHeader(b, typeStdin, 1, 0)
}

// postParams are for a body whose length is announced, or not if that is < 0.
func postParams(length int) []pair {
	value := ""
	if length >= 0 {
		value = fmt.Sprint(length)
	}
	return with(getParams, pair{"REQUEST_METHOD", "POST"}, pair{"REQUEST_URI", "/"}, pair{"SCRIPT_NAME", ""}, pair{"CONTENT_LENGTH", value})
}

func post(body string) []byte {
	b := headBytes(1, roleResponder, true, postParams(len(body)))
	b = appendStream(b, typeStdin, 1, []byte(body))
	return appendHeader(b, typeStdin, 1, 0)
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
