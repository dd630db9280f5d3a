package serve_test

import (
	"context"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
	"github.com/gangplank-web/gangplank/adapters/internal/serve"
)

func TestAllow(t *testing.T) {
	tests := []struct {
		desc  string
		allow []string
		want  bool
	}{
		{"no list", nil, true},
		{"in the list", []string{"10.0.0.0/8", "127.0.0.0/8"}, true},
		{"not in the list", []string{"10.0.0.0/8", "::/0"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.desc, func(t *testing.T) {
			var core serve.Core
			defer core.Close()
			o := serve.Options{Conn: echo(nil), Logger: quiet()}
			for _, p := range tt.allow {
				o.Allow = append(o.Allow, netip.MustParsePrefix(p))
			}
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			start(&core, l, o)
			c, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if !tt.want {
				wantClosed(t, c)
				return
			}
			ask(t, c)
		})
	}
}

// A list of addresses says nothing about unix sockets; an address of another
// kind is refused.
func TestAllowOtherNetworks(t *testing.T) {
	o := serve.Options{Conn: echo(nil), Logger: quiet(), Allow: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	var core serve.Core
	defer core.Close()
	l, err := net.Listen("unix", t.TempDir()+"/s")
	if err != nil {
		t.Fatal(err)
	}
	start(&core, l, o)
	c, err := net.Dial("unix", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ask(t, c)

	pipes := newListener()
	start(&core, pipes, o)
	wantClosed(t, pipes.dial())
}

func TestMaxConns(t *testing.T) {
	var core serve.Core
	defer core.Close()
	hold := make(chan struct{})
	l := newListener()
	o := serve.Options{Conn: echo(nil), MaxConns: 2, Refuse: func(_ context.Context, c *serve.Conn) {
		c.Write([]byte("!"))
		<-hold
	}}
	log := protocoltest.Collect(&o.Logger)
	start(&core, l, o)
	served := []net.Conn{l.dial(), l.dial()}
	for _, c := range served {
		ask(t, c)
	}
	var refused []net.Conn
	for range 64 {
		c := l.dial()
		if got, _ := io.ReadAll(io.LimitReader(c, 1)); string(got) != "!" {
			t.Fatalf("refused with %q", got)
		}
		refused = append(refused, c)
	}
	wantClosed(t, l.dial()) // there is an end to politeness, too
	if n := strings.Count(log.String(), "connection dropped: too many"); n != 1 {
		t.Errorf("%d lines for 1 connection:\n%s", n, log)
	}
	close(hold)
	for _, c := range refused {
		wantClosed(t, c)
	}
	served[0].Close()
	for p := []byte{'!'}; p[0] == '!'; { // until the server has noticed
		c := l.dial()
		go c.Write([]byte("x"))
		if _, err := io.ReadFull(c, p); err != nil {
			t.Fatal(err)
		}
		c.Close()
	}
	ask(t, served[1])
}

func TestMaxConnsWithoutRefuse(t *testing.T) {
	var core serve.Core
	defer core.Close()
	l := newListener()
	start(&core, l, serve.Options{Conn: echo(nil), MaxConns: 1, Logger: quiet()})
	first := l.dial()
	ask(t, first)
	wantClosed(t, l.dial())
	ask(t, first)
}

func TestDefault(t *testing.T) {
	for v, want := range map[time.Duration]time.Duration{0: time.Minute, -1: 0, 5: 5} {
		if got := serve.Default(v, time.Minute); got != want {
			t.Errorf("%v: got %v, want %v", v, got, want)
		}
	}
}
