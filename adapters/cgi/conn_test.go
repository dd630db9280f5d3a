package cgi_test

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/cgi"
)

// lighttpd with cgi.upgrade leaves both directions open after an answer of 101.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	upgrade := []string{"SERVER_SOFTWARE=lighttpd/1.4.69", "HTTP_UPGRADE=echo", "HTTP_CONNECTION=Upgrade"}
	echo := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Upgrade", "echo")
		w.Header().Set("Connection", "Upgrade")
		w.WriteHeader(http.StatusSwitchingProtocols)
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		go func() { // it outlives the handler
			defer conn.Close()
			line, _ := rw.ReadString('\n')
			rw.WriteString(conn.RemoteAddr().String() + " " + line)
			rw.Flush()
		}()
	}
	out, err := answer(cgi.Server{Handler: http.HandlerFunc(echo)}, "hello\n", upgrade...)
	want := "Status: 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n192.0.2.7:4711 hello\n"
	if err != nil || out != want {
		t.Errorf("got %q, %v, want %q", out, err, want)
	}

	raw := func(w http.ResponseWriter, r *http.Request) { // as gorilla/websocket does
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\n\r\n")
		line, _ := bufio.NewReader(conn).ReadString('\n')
		io.WriteString(conn, line)
	}
	out, err = answer(cgi.Server{Handler: http.HandlerFunc(raw)}, "hello\n", upgrade...)
	if want := "HTTP/1.1 101 Switching Protocols\r\n\r\nhello\n"; err != nil || out != want {
		t.Errorf("got %q, %v, want %q", out, err, want)
	}
}

// A connection that nobody will close any more must not keep the process.
func TestUpgradePanic(t *testing.T) {
	t.Parallel()
	for _, fault := range []any{"oh no", http.ErrAbortHandler} {
		h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if _, _, err := w.(http.Hijacker).Hijack(); err != nil {
				t.Error(err)
			}
			panic(fault)
		})
		_, err := answer(cgi.Server{Handler: h}, "", "SERVER_SOFTWARE=lighttpd/1.4.69", "HTTP_UPGRADE=echo", "HTTP_CONNECTION=Upgrade")
		if err != cgi.ErrBroken {
			t.Errorf("%v: got %v, want %v", fault, err, cgi.ErrBroken)
		}
	}
}

func TestNoUpgrade(t *testing.T) {
	t.Parallel()
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, _, err := http.NewResponseController(w).Hijack(); !errors.Is(err, http.ErrNotSupported) {
			t.Errorf("Hijack: got %v", err)
		}
		io.WriteString(w, "no")
	})
	for _, environ := range [][]string{
		{"SERVER_SOFTWARE=Apache/2.4.71", "HTTP_UPGRADE=echo", "HTTP_CONNECTION=Upgrade"},
		{"SERVER_SOFTWARE=lighttpd/1.4.69"},
		{"SERVER_SOFTWARE=lighttpd/1.4.69", "HTTP_UPGRADE=echo", "HTTP_CONNECTION=keep-alive"},
	} {
		out, err := answer(cgi.Server{Handler: h}, "", environ...)
		if err != nil || body(out) != "no" {
			t.Errorf("%v: got %q, %v", environ, out, err)
		}
	}
}
