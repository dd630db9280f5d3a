//go:build linux

package servertest_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cgi"
	"net/http/fcgi"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

// TestMain is also the program behind the servers. It is made of net/http's own
// adapters: whether a server is set up right must not hang on ours.
func TestMain(m *testing.M) {
	listening, _ := syscall.GetsockoptInt(0, syscall.SOL_SOCKET, syscall.SO_ACCEPTCONN)
	switch {
	case os.Getenv("GATEWAY_INTERFACE") != "":
		cgi.Serve(http.HandlerFunc(show))
	case listening == 1:
		fcgi.Serve(nil, http.HandlerFunc(show))
	default:
		os.Exit(m.Run())
	}
}

func show(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	fmt.Fprintf(w, "%s %s %s", r.Method, r.URL.Path, body)
}

func TestGateways(t *testing.T) {
	program := servertest.Self(t)
	targets := map[servertest.Backend]string{
		servertest.Program:        program,
		servertest.FastCGIProgram: program,
		servertest.FastCGISocket:  listen(t, func(l net.Listener) { fcgi.Serve(l, http.HandlerFunc(show)) }),
		servertest.HTTPSocket:     listen(t, func(l net.Listener) { http.Serve(l, http.HandlerFunc(show)) }),
	}
	for _, g := range servertest.Gateways() {
		if targets[g.Backend] == "" {
			continue // what net/http has no server for
		}
		for _, mount := range []string{"/", "/app"} {
			if g.Root && mount != "/" {
				continue
			}
			t.Run(g.Name+mount, func(t *testing.T) {
				at := strings.TrimSuffix(mount, "/")
				got := post(t, g.Start(t, mount, targets[g.Backend]).URL+at+"/a%20b", "body")
				if want := "POST " + at + "/a b body"; got != want {
					t.Errorf("got %.200q, want %q", got, want)
				}
			})
		}
	}
}

func post(t *testing.T, url, body string) string {
	t.Helper()
	resp, err := http.Post(url, "text/plain", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// listen runs serve on a unix socket that everybody may connect to.
func listen(t *testing.T, serve func(net.Listener)) (socket string) {
	t.Helper()
	socket = servertest.Socket(t)
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(socket, 0o666); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		serve(l)
		close(done)
	}()
	t.Cleanup(func() {
		l.Close()
		<-done
	})
	return socket
}
