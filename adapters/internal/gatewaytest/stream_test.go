//go:build linux

package gatewaytest_test

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

var streamCases = []testCase{
	{name: "stream", run: testStream, except: []exception{
		{"nginx-fastcgi", "fastcgi_buffering is on"},
		{"nginx-fastcgi-stock", "fastcgi_buffering is on"},
		{"nginx-scgi", "scgi_buffering is on"},
		{"nginx-uwsgi", "uwsgi_buffering is on"},
		{"apache-proxy-fcgi", "without flushpackets=on the answer waits for 8 KiB"},
	}},
	{name: "event stream", run: testEventStream, except: []exception{
		{"apache-proxy-fcgi", "without flushpackets=on the answer waits for 8 KiB"},
	}},
	{name: "client goes, silent handler", run: testClientGoesSilent, except: []exception{
		{"apache-*", "Apache notices that a client has gone when it writes to it"},
		{"lighttpd-*", "lighttpd notices that a client has gone when it writes to it"},
	}},
	{name: "client goes, writing handler", run: testClientGoesWriting},
}

// Where the answer is held back until a buffer is full, the first line of slow
// comes too late: 4 KiB of them, in records of 16 bytes, take over a minute. Both
// handlers end soon after the client has gone.
const (
	slow = "?n=1000000&ms=300"
	fast = "?n=1000000&ms=1"
)

// firstLine reads the first line of an answer.
func firstLine(t *testing.T, s *site, path string) (line string, hangUp func()) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	resp, err := s.client.Do(s.request(t, "GET", path, nil).WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	line, err = bufio.NewReader(resp.Body).ReadString('\n')
	if err != nil {
		t.Fatalf("%s: got %q, %v", path, line, err)
	}
	return line, cancel
}

func testStream(t *testing.T, s *site) {
	line, hangUp := firstLine(t, s, "/stream"+slow)
	defer hangUp()
	if line != "tick 0\n" {
		t.Errorf("got %q", line)
	}
}

func testEventStream(t *testing.T, s *site) {
	line, hangUp := firstLine(t, s, "/sse"+slow)
	defer hangUp()
	if line != "data: 0\n" {
		t.Errorf("got %q", line)
	}
	s.get(t, "/sse?n=2&ms=1").want(t, 200, "data: 0\n\ndata: 1\n\n")
}

// sleepers is the answer of /sleep.
type sleepers struct{ Started, Finished, Cancelled, Streaming int }

func (s *site) sleepers(t *testing.T) (got sleepers) {
	t.Helper()
	a := s.get(t, "/sleep")
	if err := json.Unmarshal([]byte(a.body), &got); err != nil {
		t.Fatalf("got %s, %v, %s", a.Status, err, a.body)
	}
	return got
}

// The request's context ends when the client has gone, though nobody writes.
func testClientGoesSilent(t *testing.T, s *site) {
	before := s.sleepers(t)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if resp, err := s.client.Do(s.request(t, "GET", "/sleep/120000", nil).WithContext(ctx)); err == nil {
			resp.Body.Close()
			t.Errorf("got %s", resp.Status)
		}
	}()
	until(t, "the request did not arrive", func() bool { return s.sleepers(t).Started > before.Started })
	cancel()
	<-ended
	until(t, "the handler was not told that the client has gone", func() bool { return s.sleepers(t).Cancelled > before.Cancelled })
	s.works(t)
}

// Everywhere a handler that writes to a client that has gone ends soon, and the
// process of a CGI program too.
func testClientGoesWriting(t *testing.T, s *site) {
	_, hangUp := firstLine(t, s, "/stream"+fast)
	hangUp()
	if s.gateway.Backend == servertest.Program {
		until(t, "the program goes on", func() bool { return programs(t, s) == 0 })
	} else {
		until(t, "the handler goes on", func() bool { return s.sleepers(t).Streaming == 0 })
	}
	s.works(t)
}

// programs counts the processes that the site's server has started for requests.
func programs(t *testing.T, s *site) int {
	t.Helper()
	n := 0
	environs, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range environs {
		environ, _ := os.ReadFile(file) // the process may have ended
		if strings.Contains(string(environ), "HTTP_HOST="+s.server.Addr()+"\x00") {
			n++
		}
	}
	return n
}
