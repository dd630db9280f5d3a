package fastcgi

import (
	"bytes"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	gangplank "github.com/gangplank-web/gangplank"
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
// back are whole records that belong into an answer, and the connection ends.
//
// Run it with -fuzzminimizetime 1x: goroutines make its coverage waver, and
// minimizing would take all the time.
func FuzzServer(f *testing.F) {
	f.Add(get("/"))
	f.Add(append(get("/"), post("body")...))
	f.Add(append(valuesQuery("FCGI_MPXS_CONNS"), abortBytes(1)...))
	f.Add(append(post("body")[:900], abortBytes(1)...))
	f.Add(appendHeader(headBytes(1, roleAuthorizer, true, getParams), typeStdin, 1, 0))
	f.Add(appendHeader(headBytes(7, roleFilter, false, getParams), typeStdin, 7, 0))
	f.Add(append(headBytes(1, 9, true, nil), appendHeader(nil, 77, 0, 0)...))
	l := make(scripts)
	s := &Server{Logger: slog.New(slog.DiscardHandler), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(w, r.Body)
		if d := DataOf(r); d != nil {
			io.Copy(w, d)
		}
		io.WriteString(gangplank.From(r).Gateway().Stderr(), "done")
	})}
	done := make(chan bool)
	go func() { defer close(done); s.Serve(l) }()
	f.Cleanup(func() { s.Close(); <-done })
	f.Fuzz(func(t *testing.T, b []byte) {
		c := &script{in: bytes.NewReader(b), closed: make(chan bool)}
		l <- c
		<-c.closed
		checkAnswers(t, c.out)
	})
}

func checkAnswers(t *testing.T, out []byte) {
	for len(out) > 0 {
		if len(out) < headerLen {
			t.Fatalf("%d bytes after the last record", len(out))
		}
		rec, err := parseRecord(out)
		if err != nil {
			if bytes.Equal(out, noRecord) {
				return
			}
			t.Fatal(err)
		}
		out = out[headerLen:]
		if rec.size() > len(out) {
			t.Fatalf("record cut short: %+v", rec)
		}
		content := out[:rec.length]
		out = out[rec.size():]
		switch rec.kind {
		case typeStdout, typeStderr:
		case typeEndRequest, typeUnknownType:
			if rec.length != 8 {
				t.Errorf("record %+v", rec)
			}
		case typeGetValuesResult:
			if _, err := cutAll(string(content)); err != nil || rec.id != 0 {
				t.Errorf("record %+v: %v", rec, err)
			}
		default:
			t.Fatalf("record %+v", rec)
		}
	}
}
