//go:build linux

package gatewaytest_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

var answerCases = []testCase{
	{name: "statuses", run: testStatuses},
	{name: "answer longer than declared", run: testTooLong},
	{name: "answer shorter than declared", run: testTooShort},
	{name: "long answer of another length than declared", run: testLongWrongLength, except: []exception{
		{"apache-cgi*", droppedLength},
		{"apache-htaccess", droppedLength},
		{"apache-proxy-scgi", droppedLength},
	}},
	{name: "early hints", run: testEarlyHints, except: []exception{
		{"nginx-http", "nginx before 1.29 takes the 103 for the final answer"},
	}},
	{name: "cookies", run: testCookies},
	{name: "long answer fields", run: testLongAnswerFields},
	{name: "conditional requests", run: testConditional},
	{name: "compression", run: testCompression},
	{name: "take over", run: testTakeOver},
}

const droppedLength = "Apache does not pass the length on, and the end of the connection is the end of the answer"

// wire is one client connection, on which stray bytes are not forgiven.
type wire struct {
	t    *testing.T
	s    *site
	conn net.Conn
	r    *bufio.Reader
}

func dial(t *testing.T, s *site) *wire {
	t.Helper()
	conn, err := net.Dial("tcp", s.server.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	return &wire{t, s, conn, bufio.NewReader(conn)}
}

// ask sends a request and reads the answer. An error is one of the answer's body.
func (w *wire) ask(method, path string, fields ...string) (*http.Response, string, error) {
	w.t.Helper()
	fields = append(fields, "Host: "+w.s.server.Addr(), "Content-Length: 0")
	fmt.Fprintf(w.conn, "%s %s HTTP/1.1\r\n%s\r\n\r\n", method, w.s.prefix()+path, strings.Join(fields, "\r\n"))
	resp, err := http.ReadResponse(w.r, &http.Request{Method: method})
	if err != nil {
		w.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp, string(b), err
}

// A second request on the same connection sees every byte too many.
func testStatuses(t *testing.T, s *site) {
	for _, ask := range []struct {
		method string
		status int
		body   bool
	}{
		{"HEAD", 200, false}, {"HEAD", 404, false}, {"GET", 204, false}, {"GET", 304, false},
		{"GET", 200, true}, {"GET", 206, true}, {"GET", 299, true}, {"GET", 416, true}, {"GET", 418, true},
		{"GET", 500, true}, {"GET", 503, true}, {"POST", 201, true},
	} {
		w := dial(t, s)
		want := ""
		if ask.body {
			want = fmt.Sprintf("status %d\n", ask.status)
		}
		resp, got, err := w.ask(ask.method, fmt.Sprintf("/status/%d", ask.status))
		if resp.StatusCode != ask.status || got != want || err != nil {
			t.Errorf("%s %d: got %s, %q, %v, want %q", ask.method, ask.status, resp.Status, got, err, want)
		}
		w.next(resp, err)
	}
}

// A handler that writes more than it declared gets an error, and with nothing out
// the client gets a page.
func testTooLong(t *testing.T, s *site) {
	w := dial(t, s)
	resp, body, err := w.ask("GET", "/bytes/100?length=50")
	if resp.StatusCode != 500 || err != nil || strings.Contains(body, "abc") {
		t.Errorf("got %s, %q, %v, want an error page", resp.Status, body, err)
	}
	w.next(resp, err)
}

// An answer that is shorter than declared must not look complete. Of a short one
// nothing is out, so that each server has a page of its own for it; over HTTP the
// client sees that it is cut.
func testTooShort(t *testing.T, s *site) {
	for _, n := range []int{50, 5000} {
		w := dial(t, s)
		w.next(w.askCut(n, 2*n))
		s.works(t)
	}
}

// Of a long answer a part is out. A Write that would pass the declared length
// writes nothing, as with net/http, so that one too long becomes one too short.
// Some servers take that for complete: the client learns that something is
// missing when they close the connection, which without being asked to they do
// after seconds.
func testLongWrongLength(t *testing.T, s *site) {
	for _, n := range []int{100_000, 300_000} {
		dial(t, s).askCut(n, 200_000, "Connection: close")
		s.works(t)
	}
}

// askCut asks for n bytes with the wrong Content-Length.
func (w *wire) askCut(n, declared int, fields ...string) (*http.Response, error) {
	w.t.Helper()
	resp, body, err := w.ask("GET", fmt.Sprintf("/bytes/%d?length=%d", n, declared), fields...)
	if resp.StatusCode < 500 && err == nil && len(body) != declared {
		w.t.Errorf("%d bytes of %d: got %s, %d bytes, and no error", n, declared, resp.Status, len(body))
	}
	return resp, err
}

// next asks for one answer more, if the server keeps the connection: it must not
// be taken for what the one before has too little.
func (w *wire) next(before *http.Response, err error) {
	w.t.Helper()
	if err != nil || before.Close {
		return
	}
	if resp, body, err := w.ask("GET", "/status/418"); resp.StatusCode != 418 || body != "status 418\n" || err != nil {
		w.t.Errorf("after %s %s: got %s, %q, %v", before.Request.Method, before.Status, resp.Status, body, err)
	}
}

// What the handler says before its answer is passed on or swallowed.
func testEarlyHints(t *testing.T, s *site) {
	s.get(t, "/early").want(t, 200, "early\n")
	s.works(t)
}

func testCookies(t *testing.T, s *site) {
	for _, n := range []int{3, 40} {
		a := s.get(t, fmt.Sprintf("/cookies?n=%d", n))
		got := a.Cookies()
		if len(got) != n {
			t.Fatalf("got %d cookies of %d", len(got), n)
		}
		for i, c := range got {
			if c.Name != fmt.Sprintf("c%d", i) || c.Value != fmt.Sprintf("v%d", i) {
				t.Errorf("cookie %d is %s", i, c)
			}
		}
	}
	if a := s.get(t, "/cookies?n=300"); a.StatusCode < 500 && len(a.Cookies()) != 300 {
		t.Errorf("got %d cookies of 300", len(a.Cookies()))
	}
}

// Each server has its limit. Beyond it stands the server's own error, and
// nothing half.
func testLongAnswerFields(t *testing.T, s *site) {
	for _, n := range []int{0, 127, 128, 3000, 7000, 9000, 70_000} {
		a := s.get(t, fmt.Sprintf("/header/%d", n))
		if a.StatusCode >= 500 && n > 3000 {
			continue
		}
		a.want(t, 200, fmt.Sprintf("header of %d\n", n))
		if got := a.Header.Get("X-Big"); got != strings.Repeat("x", n) {
			t.Errorf("of %d bytes %d arrived", n, len(got))
		}
	}
	s.works(t)
}

func testConditional(t *testing.T, s *site) {
	first := s.get(t, "/page")
	etag := first.Header.Get("ETag")
	if first.StatusCode != 200 || len(first.body) < 20_000 || etag == "" {
		t.Fatalf("got %s, %d bytes, ETag %q", first.Status, len(first.body), etag)
	}
	s.get(t, "/page", withHeader("If-None-Match", etag)).want(t, 304, "")
	s.get(t, "/page", withHeader("If-Modified-Since", first.Header.Get("Last-Modified"))).want(t, 304, "")
	s.get(t, "/page", withHeader("Range", "bytes=10-19")).want(t, 206, first.body[10:20])
}

// A connection can be taken over where it is the client's own; elsewhere the
// handler is told.
func testTakeOver(t *testing.T, s *site) {
	if !isHTTP(s) {
		if a := s.get(t, "/upgrade"); a.StatusCode != http.StatusNotImplemented {
			t.Errorf("got %s, want 501", a.Status)
		}
		return
	}
	w := dial(t, s)
	fmt.Fprintf(w.conn, "GET /upgrade HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	resp, err := http.ReadResponse(w.r, nil)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("got %v, %v, want 101", resp, err)
	}
	for i := range 3 {
		fmt.Fprintf(w.conn, "line %d\n", i)
		if line, err := w.r.ReadString('\n'); err != nil || line != fmt.Sprintf("line %d\n", i) {
			t.Fatalf("got %q, %v", line, err)
		}
	}
}
