//go:build linux

package gatewaytest_test

import (
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

// A program whose socket outlives it, as under systemd, is stopped and started
// while requests come in: none of them fails.
func TestRestart(t *testing.T) {
	t.Parallel()
	if probe == "" {
		t.Skip("the examples' module is not here")
	}
	for _, g := range servertest.Gateways() {
		if schemes[g.Backend] == "" {
			continue
		}
		t.Run(g.Name, func(t *testing.T) {
			t.Parallel()
			if g.Name == "apache-proxy-fcgi-kept" {
				t.Skip("mod_proxy_fcgi does not repeat a request that meets the end of a kept connection")
			}
			socket := listenPublic(t)
			f, err := socket.File()
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			launch := func() *process {
				scheme, _, _ := strings.Cut(schemes[g.Backend], "+")
				address := scheme + "+fd://3"
				if g.Name == "apache-http" { // mod_proxy_http does not repeat it either, but is told which answer is the last
					address += "?idle-grace=1s"
				}
				cmd := exec.Command(probe, address)
				cmd.ExtraFiles = []*os.File{f}
				return start(t, cmd)
			}
			p := launch()
			s := behind(t, g, "/", socket.Addr().String())
			load(t, s, 4, 600, func(n int64) (*http.Request, string) {
				if n%150 == 0 { // one client's turn; the others go on
					p.stop(t)
					p = launch()
				}
				return s.request(t, "GET", "/sleep/3", nil), "slept\n"
			})
		})
	}
}

// TestKeptConnections counts the connections that a thousand requests take
// where the server keeps them. One that breaks off costs its own connection.
func TestKeptConnections(t *testing.T) {
	t.Parallel()
	if probe == "" {
		t.Skip("the examples' module is not here")
	}
	for _, g := range servertest.Gateways() {
		if !g.Kept {
			continue
		}
		t.Run(g.Name, func(t *testing.T) {
			t.Parallel()
			target := servertest.Socket(t)
			start(t, exec.Command(probe, schemes[g.Backend]+target))
			listens(t, "unix", target)
			socket := listenPublic(t)
			connections := relay(socket, target)
			s := behind(t, g, "/", socket.Addr().String())
			load(t, s, 4, 1000, func(n int64) (*http.Request, string) {
				if n%250 == 0 {
					s.send(s.request(t, "GET", "/panic?after=70000&abort=1", nil))
				}
				return s.request(t, "GET", "/sleep/0", nil), "slept\n"
			})
			if n := connections.Load(); n > 16 {
				t.Errorf("1000 requests of 4 clients took %d connections", n)
			}
		})
	}
}

// relay passes connections on to the socket at target, and counts them.
func relay(l net.Listener, target string) *atomic.Int64 {
	var n atomic.Int64
	go func() {
		for {
			front, err := l.Accept()
			if err != nil {
				return
			}
			n.Add(1)
			back, err := net.Dial("unix", target)
			if err != nil {
				front.Close()
				continue
			}
			go pipe(front, back)
			go pipe(back, front)
		}
	}()
	return &n
}

func pipe(dst, src net.Conn) {
	io.Copy(dst, src)
	dst.(*net.UnixConn).CloseWrite()
}
