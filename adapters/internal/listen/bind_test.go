package listen_test

import (
	"net"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/listen"
)

// bind listens on one address whose options are all known.
func bind(t *testing.T, text string) (net.Listener, error) {
	t.Helper()
	a, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	ls, err := a.Listen(t.Context())
	if err != nil {
		return nil, err
	}
	if len(ls) != 1 {
		t.Fatalf("%s: got %d listeners, want 1", text, len(ls))
	}
	t.Cleanup(func() { ls[0].Close() })
	return ls[0], nil
}

// answers tells whether a connection comes through to l.
func answers(t *testing.T, l net.Listener) bool {
	t.Helper()
	c, err := net.Dial(l.Addr().Network(), l.Addr().String())
	if err != nil {
		return false
	}
	defer c.Close()
	s, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return s.Close() == nil
}

func TestListenTCP(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"fastcgi://127.0.0.1:0", "fastcgi+tcp4://localhost:0", "http+tcp6://[::1]:0"} {
		l, err := bind(t, text)
		if err != nil {
			t.Fatal(err)
		}
		if !answers(t, l) {
			t.Errorf("%s: nobody answers", text)
		}
	}
}

func TestListenTCPInUse(t *testing.T) {
	t.Parallel()
	l, err := bind(t, "http://127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, err = bind(t, "http://"+l.Addr().String()+"?mount=/x")
	if err == nil || !strings.Contains(err.Error(), l.Addr().String()+"?mount=/x") {
		t.Errorf("got %v, want an error that names the address", err)
	}
}

func TestCloseAll(t *testing.T) {
	t.Parallel()
	l, err := bind(t, "http://127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listen.Close([]net.Listener{l})
	if answers(t, l) {
		t.Error("a closed listener answers")
	}
}
