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
	{name: "wrong length", run: testWrongLength},
	{name: "early hints", run: testEarlyHints, except: []exception{
		{"nginx-http", "nginx before 1.29 takes the 103 for the final answer"},
	}},
	{name: "cookies", run: testCookies},
	{name: "long answer fields", run: testLongAnswerFields},
	{name: "conditional requests", run: testConditional},
	{name: "compression", run: testCompression},
	{name: "take over", run: testTakeOver},
}

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
func (w *wire) ask(method, path string) (*http.Response, string, error) {
	w.t.Helper()
	fmt.Fprintf(w.conn, "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: 0\r\n\r\n", method, w.s.prefix()+path, w.s.server.Addr())
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
		if resp.Close {
			continue // then nothing can get mixed up
		}
		if resp, got, err := w.ask("GET", "/status/418"); resp.StatusCode != 418 || got != "status 418\n" || err != nil {
			t.Errorf("after %s %d: got %s, %q, %v", ask.method, ask.status, resp.Status, got, err)
		}
	}
}

// An answer that is longer than declared is cut; one that is shorter must not
// look complete, and the next answer must not be taken for its rest.
func testWrongLength(t *testing.T, s *site) {
	w := dial(t, s)
	resp, got, err := w.ask("GET", "/bytes/100?length=50")
	if resp.StatusCode == 200 && (len(got) != 50 || err != nil) {
		t.Errorf("too long: got %s, %d bytes, %v, want the declared 50", resp.Status, len(got), err)
	}
	w = dial(t, s)
	resp, got, err = w.ask("GET", "/bytes/50?length=100")
	if resp.StatusCode == 200 && err == nil && len(got) >= 100 {
		t.Errorf("too short: got %s, %d bytes, %q", resp.Status, len(got), got)
	}
	s.works(t)
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
