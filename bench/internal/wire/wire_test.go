package wire_test

import (
	"io"
	"net"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/gangplank-web/gangplank/bench/internal/backend"
	"github.com/gangplank-web/gangplank/bench/internal/wire"
)

// serve starts a backend and returns the path of its socket.
func serve(t *testing.T, name string, h http.HandlerFunc) (backend.Backend, string) {
	t.Helper()
	b, err := backend.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go b.Serve(l, h)
	return b, path
}

func connect(t *testing.T, path string) *wire.Socket {
	t.Helper()
	s := wire.NewSocket(path)
	if err := s.Connect(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestRequestsAreUnderstood(t *testing.T) {
	for _, name := range []string{"fastcgi-net-http-fcgi", "http-net-http"} {
		t.Run(name, func(t *testing.T) {
			seen := make(chan *http.Request, 1)
			b, path := serve(t, name, func(w http.ResponseWriter, r *http.Request) {
				seen <- r
				backend.HelloHandler(w, r)
			})
			c := wire.NewClient(b.Protocol, b.Protocol.Request(true, wire.Field{Name: "EXTRA", Value: "yes"}))
			c.Reset(connect(t, path))
			for range 2 { // the connection is kept
				if _, err := c.Expect(len(backend.Hello)); err != nil {
					t.Fatal(err)
				}
				r := <-seen
				if r.Method != "GET" || r.URL.Path != "/hello" || r.URL.RawQuery != "lang=en" || r.Host != "www.example.com" {
					t.Errorf("got %s %s of %s", r.Method, r.URL, r.Host)
				}
				for _, f := range []string{"User-Agent", "Accept", "Accept-Language", "Accept-Encoding", "Cookie", "Extra"} {
					if r.Header.Get(f) == "" {
						t.Errorf("no %s in %v", f, r.Header)
					}
				}
			}
		})
	}
}

func TestErrorPageIsRefused(t *testing.T) {
	for _, name := range []string{"fastcgi-net-http-fcgi", "http-net-http"} {
		t.Run(name, func(t *testing.T) {
			b, path := serve(t, name, func(w http.ResponseWriter, _ *http.Request) {
				http.Error(w, backend.Hello, http.StatusInternalServerError)
			})
			c := wire.NewClient(b.Protocol, b.Protocol.Request(true))
			c.Reset(connect(t, path))
			if n, err := c.Do(); err == nil {
				t.Errorf("got %d bytes and no error, want an error for a 500", n)
			}
		})
	}
}

// The floor allocates nothing per request, so whatever is counted here is the client's.
func TestClientAllocatesNothing(t *testing.T) {
	b, path := serve(t, "fastcgi-floor", nil)
	c := wire.NewClient(b.Protocol, b.Protocol.Request(true))
	c.Reset(connect(t, path))
	if n := testing.AllocsPerRun(100, func() {
		if _, err := c.Expect(len(backend.Hello)); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("got %v allocations per request, want none", n)
	}
}

func TestCounter(t *testing.T) {
	b, err := backend.Find("fastcgi-floor")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var n wire.Counter
	go b.Serve(n.Listen(l), nil)
	c := wire.NewClient(b.Protocol, b.Protocol.Request(true))
	c.Reset(connect(t, path))
	for range 3 {
		if _, err := c.Do(); err != nil {
			t.Fatal(err)
		}
	}
	// The floor may be in its fourth Read already.
	if r, w := n.Reads.Load(), n.Writes.Load(); r < 3 || r > 4 || w != 3 {
		t.Errorf("got %d reads and %d writes for 3 requests", r, w)
	}
}

func TestDeliver(t *testing.T) {
	_, path := serve(t, "fastcgi-net-http-fcgi", backend.HelloHandler)
	if err := wire.Deliver(connect(t, path), wire.HalfRequest()); err != nil {
		t.Errorf("a server that answers the question: %v", err)
	}
	if err := wire.Deliver(connect(t, path), wire.BeginRequests(100)); err != nil {
		t.Errorf("many requests begun: %v", err)
	}
	if err := wire.Deliver(hangUp{}, wire.HalfRequest()); err != nil {
		t.Errorf("a server that hangs up: %v", err)
	}
}

// hangUp is a connection whose peer closes it instead of answering.
type hangUp struct{}

func (hangUp) Read([]byte) (int, error)    { return 0, io.EOF }
func (hangUp) Write(p []byte) (int, error) { return len(p), nil }
