package oneshot_test

import (
	"bytes"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/oneshot"
)

// script is a connection on which everything has been sent already, and which
// notes what it is answered.
type script struct {
	net.Conn // only its addresses are used
	in       *bytes.Reader
	closed   chan bool

	mu  sync.Mutex
	out []byte
	end bool
}

func (s *script) Read(p []byte) (int, error) { return s.in.Read(p) }

func (s *script) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.end {
		return 0, net.ErrClosed
	}
	s.out = append(s.out, p...)
	return len(p), nil
}

func (s *script) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.end {
		close(s.closed)
	}
	s.end = true
	return nil
}

func (s *script) LocalAddr() net.Addr              { return &net.UnixAddr{Net: "unix"} }
func (s *script) RemoteAddr() net.Addr             { return &net.UnixAddr{Net: "unix"} }
func (s *script) SetReadDeadline(time.Time) error  { return nil }
func (s *script) SetWriteDeadline(time.Time) error { return nil }

// scripts is a listener for them.
type scripts chan net.Conn

func (l scripts) Accept() (net.Conn, error) {
	if c, ok := <-l; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}
func (l scripts) Close() error   { close(l); return nil }
func (l scripts) Addr() net.Addr { return &net.UnixAddr{Net: "unix"} }

// FuzzServer: whatever a front server sends, and wherever it stops, what comes
// back is nothing or one answer with a head, and the connection ends.
//
// Run it with -fuzzminimizetime 1x: goroutines make its coverage waver, and
// minimizing would take all the time.
func FuzzServer(f *testing.F) {
	var listeners []scripts
	for i, d := range dialects {
		f.Add(i == 1, d.get(nil))
		f.Add(i == 1, append(d.post(4), "body"...))
		f.Add(i == 1, append(d.post(5), "body"...))
		f.Add(i == 1, append(d.get(vars{"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}), "4\r\nbody\r\n0\r\n\r\n"...))
		f.Add(i == 1, d.get(vars{"REQUEST_URI": "/%zz"}))
		l := make(scripts)
		listeners = append(listeners, l)
		s := d.server(oneshot.Settings{Logger: slog.New(slog.DiscardHandler), Handler: http.HandlerFunc(echo)})
		done := make(chan bool)
		go func() { defer close(done); s.Serve(l) }()
		f.Cleanup(func() { s.Close(); <-done })
	}
	f.Add(true, []byte("\x64\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, second bool, b []byte) {
		i := 0
		if second {
			i = 1
		}
		c := &script{in: bytes.NewReader(b), closed: make(chan bool)}
		listeners[i] <- c
		<-c.closed
		checkAnswer(t, dialects[i], string(c.out))
	})
}

func echo(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) }

func checkAnswer(t *testing.T, d dialect, out string) {
	if out == "" || out == "\x64\x00\x00\x01" {
		return
	}
	head, _, ok := strings.Cut(out, "\r\n\r\n")
	if !ok || !strings.HasPrefix(head, d.status) {
		t.Fatalf("%s: answered with %q", d.name, out)
	}
	for _, line := range strings.Split(head, "\r\n")[1:] {
		if name, _, ok := strings.Cut(line, ": "); !ok || strings.ContainsAny(line, "\r\n\x00") || name == "Status" {
			t.Fatalf("%s: head with the line %q", d.name, line)
		}
	}
}
