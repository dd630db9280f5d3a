//go:build unix

package adapters_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A CGI query without "=" arrives as arguments: nobody may open a port that way, by whatever the program makes of them.
func TestCGIIgnoresAddresses(t *testing.T) {
	t.Parallel()
	for _, launcher := range []string{
		"GATEWAY_INTERFACE=CGI/1.1 SERVER_SOFTWARE=Apache",
		"SERVER_SOFTWARE=h2o", // no GATEWAY_INTERFACE
	} {
		listening, _ := socket(t, "unix", filepath.Join(t.TempDir(), "s")) // not even a listening standard input
		env := append(strings.Fields(launcher), "REQUEST_METHOD=GET", "SERVER_PROTOCOL=HTTP/1.1", "REQUEST_URI=/app?http://0.0.0.0:9999", "SCRIPT_NAME=/app",
			"ADAPTERS_TEST_ADDRS=http://127.0.0.1:0?secret=hunter2", "GANGPLANK_LISTEN=http://127.0.0.1:0?secret=hunter2", "LISTEN_FDS=1")
		out, logged, status := start(t, "main", env, listening).finish()
		if !strings.Contains(out, "CGI/1.1 GET") || status != 0 {
			t.Errorf("%s: got %q, status %d", launcher, out, status)
		}
		if strings.Count(logged, "\n") != 1 || !strings.Contains(logged, "listener addresses are ignored") || strings.Contains(logged, "hunter2") {
			t.Errorf("%s: got log %q, want one line", launcher, logged)
		}
	}
}

func TestCGIWithoutAddressesLogsNothing(t *testing.T) {
	t.Parallel()
	env := []string{"GATEWAY_INTERFACE=CGI/1.1", "REQUEST_METHOD=GET", "SERVER_PROTOCOL=HTTP/1.1", "REQUEST_URI=/"}
	out, logged, status := start(t, "main", env, nil).finish()
	if !strings.HasPrefix(out, "Status: 200 OK") || logged != "" || status != 0 {
		t.Errorf("got %q, log %q, status %d", out, logged, status)
	}
}

// Run returns where Main ends the process, so that a program can clean up.
func TestRunReturns(t *testing.T) {
	t.Parallel()
	const cleaned = "cleaned up after: <nil>"
	t.Run("CGI", func(t *testing.T) {
		t.Parallel()
		env := []string{"GATEWAY_INTERFACE=CGI/1.1", "REQUEST_METHOD=GET", "SERVER_PROTOCOL=HTTP/1.1", "REQUEST_URI=/"}
		out, logged, status := start(t, "run", env, nil).finish()
		if !strings.HasPrefix(out, "Status: 200 OK") || !strings.Contains(logged, cleaned) || status != 0 {
			t.Errorf("got %q, log %q, status %d", out, logged, status)
		}
	})
	t.Run("SIGTERM", func(t *testing.T) {
		t.Parallel()
		c := start(t, "run", []string{"GANGPLANK_LISTEN=http://127.0.0.1:0"}, nil)
		c.listening()
		c.Process.Signal(syscall.SIGTERM)
		if _, logged, status := c.finish(); !strings.Contains(logged, cleaned) || status != 0 {
			t.Errorf("got log %q, status %d", logged, status)
		}
	})
}

func TestWrongAddress(t *testing.T) {
	t.Parallel()
	_, logged, status := start(t, "main", []string{"ADAPTERS_TEST_ADDRS=http://127.0.0.1:0 gopher://127.0.0.1:0"}, nil).finish()
	if status != 1 || strings.Contains(logged, "listening") || !strings.Contains(logged, `adapters: address "gopher://127.0.0.1:0": unknown scheme "gopher" (known: http`) {
		t.Errorf("got status %d, log %s", status, logged)
	}
}

// Addresses come before GANGPLANK_LISTEN, and each speaks its protocol.
func TestSeveralAddresses(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s")
	c := start(t, "main", []string{"ADAPTERS_TEST_ADDRS=http://127.0.0.1:0 fastcgi+unix:" + path, "GANGPLANK_LISTEN=nonsense"}, nil)
	addr := c.listening()
	if got := c.listening(); got != path {
		t.Errorf("got a listener on %s, want %s", got, path)
	}
	if got := get(t, "tcp", addr); got != "HTTP GET /hello 0 <nil>" {
		t.Errorf("http: got %q", got)
	}
	if got := getFastCGI(t, "unix", path); !strings.HasSuffix(got, "FastCGI/1.0 GET /hello 0 <nil>") {
		t.Errorf("fastcgi: got %q", got)
	}
	c.stop(path)
}

func TestSpawnedFastCGI(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s")
	for network, addr := range map[string]string{"unix": path, "tcp": "127.0.0.1:0"} {
		stdin, addr := socket(t, network, addr)
		c := start(t, "main", nil, stdin)
		c.listening()
		if got := getFastCGI(t, network, addr); !strings.HasSuffix(got, "FastCGI/1.0 GET /hello 0 <nil>") {
			t.Errorf("got %q", got)
		}
		c.stop("")
	}
	if _, err := os.Lstat(path); err != nil {
		t.Error("the child removed the socket of the server that spawned it:", err)
	}
}

// A web server that says where it connects from is obeyed.
func TestWebServerAddrs(t *testing.T) {
	t.Parallel()
	for peers, served := range map[string]bool{"127.0.0.1": true, "192.0.2.1, 127.0.0.1": true, "192.0.2.1": false} {
		stdin, addr := socket(t, "tcp", "127.0.0.1:0")
		c := start(t, "main", []string{"FCGI_WEB_SERVER_ADDRS=" + peers}, stdin)
		c.listening()
		if served {
			if got := getFastCGI(t, "tcp", addr); !strings.HasSuffix(got, "FastCGI/1.0 GET /hello 0 <nil>") {
				t.Errorf("%s: got %q", peers, got)
			}
			continue
		}
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := conn.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("%s: got %v, want the connection closed", peers, err)
		}
	}
}

// A socket that strangers reach is not served, whoever made it.
func TestSpawnedOnAllInterfaces(t *testing.T) {
	t.Parallel()
	stdin, _ := socket(t, "tcp4", "0.0.0.0:0") // refused before it accepts anything
	_, logged, status := start(t, "main", nil, stdin).finish()
	if status != 1 || !strings.Contains(logged, "fastcgi believes whoever connects") {
		t.Errorf("got status %d, log %s", status, logged)
	}
}

// Several processes on one socket, as multiwatch starts them: one that stops leaves it to the others.
func TestSharedSocket(t *testing.T) {
	t.Parallel()
	stdin, path := socket(t, "unix", filepath.Join(t.TempDir(), "s"))
	first, second := start(t, "main", nil, stdin), start(t, "main", nil, stdin)
	first.listening()
	second.listening()
	first.stop("")
	if got := getFastCGI(t, "unix", path); !strings.HasSuffix(got, "FastCGI/1.0 GET /hello 0 <nil>") {
		t.Errorf("got %q", got)
	}
	second.stop("")
}

func TestSystemdSocket(t *testing.T) {
	t.Parallel()
	web, addr := socket(t, "tcp", "127.0.0.1:0")
	c := start(t, "pid", []string{"ADAPTERS_TEST_THEN=main", "LISTEN_FDS=1", "LISTEN_FDNAMES=web"}, nil, web)
	c.listening()
	if got := get(t, "tcp", addr); got != "HTTP GET /hello 0 <nil>" {
		t.Errorf("got %q", got)
	}
	c.stop("")
}

// stop stops the child, which ends well and takes its socket file with it.
func (c *child) stop(path string) {
	c.t.Helper()
	c.Process.Signal(syscall.SIGTERM)
	if _, logged, status := c.finish(); status != 0 || strings.Contains(logged, "<nil>") {
		c.t.Errorf("after SIGTERM: got status %d, log %s", status, logged)
	}
	if _, err := os.Lstat(path); path != "" && err == nil {
		c.t.Errorf("%s was left behind", path)
	}
}

// Two SIGTERM while a request runs: it is finished, over HTTP and as a spawned FastCGI program (mod_fcgid sends two).
func TestTwoSIGTERM(t *testing.T) {
	t.Parallel()
	t.Run("http", func(t *testing.T) {
		t.Parallel()
		c := start(t, "main", []string{"GANGPLANK_LISTEN=http://127.0.0.1:0"}, nil)
		addr := c.listening()
		body, more := io.Pipe()
		req, _ := http.NewRequest("POST", "http://"+addr+"/begun", body)
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		c.twoSIGTERM()
		more.Write([]byte("12345"))
		more.Close()
		got, err := io.ReadAll(resp.Body)
		if string(got) != "HTTP POST /begun 5 <nil>" || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
		if _, logged, status := c.finish(); status != 0 {
			t.Errorf("got status %d, log %s", status, logged)
		}
	})
	t.Run("fastcgi", func(t *testing.T) {
		t.Parallel()
		stdin, path := socket(t, "unix", filepath.Join(t.TempDir(), "s"))
		c := start(t, "main", nil, stdin)
		c.listening()
		conn := beginFastCGI(t, "unix", path, "POST", "/begun", "5")
		head, err := readRecord(conn)
		if err != nil {
			t.Fatal(err)
		}
		c.twoSIGTERM()
		conn.Write(append(record(5, []byte("12345")), record(5, nil)...))
		if got := head + readFastCGI(t, conn); !strings.HasSuffix(got, "FastCGI/1.0 POST /begun 5 <nil>") {
			t.Errorf("got %q", got)
		}
		if _, logged, status := c.finish(); status != 0 {
			t.Errorf("got status %d, log %s", status, logged)
		}
	})
}

func (c *child) twoSIGTERM() {
	for range 2 {
		c.Process.Signal(syscall.SIGTERM)
		c.waitFor("stopping") // the second is logged too
	}
}

// get asks over HTTP.
func get(t *testing.T, network, addr string) string {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, addr)
	}}
	resp, err := (&http.Client{Transport: transport}).Get("http://localhost/hello")
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

// getFastCGI asks over FastCGI.
func getFastCGI(t *testing.T, network, addr string) string {
	t.Helper()
	conn := beginFastCGI(t, network, addr, "GET", "/hello", "")
	conn.Write(record(5, nil))
	return readFastCGI(t, conn)
}

func beginFastCGI(t *testing.T, network, addr, method, path, length string) net.Conn {
	t.Helper()
	conn, err := net.Dial(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	var params []byte
	for _, pair := range [][2]string{{"REQUEST_METHOD", method}, {"SERVER_PROTOCOL", "HTTP/1.1"}, {"REQUEST_URI", path}, {"HTTP_HOST", "localhost"}, {"REMOTE_ADDR", "192.0.2.1"}, {"CONTENT_LENGTH", length}} {
		params = append(params, byte(len(pair[0])), byte(len(pair[1])))
		params = append(params, pair[0]+pair[1]...)
	}
	begin := record(1, []byte{0, 1, 0, 0, 0, 0, 0, 0})
	if _, err := conn.Write(bytes.Join([][]byte{begin, record(4, params), record(4, nil)}, nil)); err != nil {
		t.Fatal(err)
	}
	return conn
}

func record(kind byte, content []byte) []byte {
	head := []byte{1, kind, 0, 1, 0, 0, 0, 0}
	binary.BigEndian.PutUint16(head[4:], uint16(len(content)))
	return append(head, content...)
}

// readFastCGI returns what comes on the output stream until the request ends.
func readFastCGI(t *testing.T, conn net.Conn) (out string) {
	t.Helper()
	for {
		content, err := readRecord(conn)
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out += content
	}
}

// readRecord returns the next piece of the output stream, and io.EOF for the end of the request.
func readRecord(conn net.Conn) (string, error) {
	var head [8]byte
	if _, err := io.ReadFull(conn, head[:]); err != nil {
		return "", io.ErrUnexpectedEOF
	}
	content := make([]byte, int(binary.BigEndian.Uint16(head[4:]))+int(head[6]))
	if _, err := io.ReadFull(conn, content); err != nil {
		return "", err
	}
	if head[1] == 3 {
		return "", io.EOF
	}
	return string(content[:len(content)-int(head[6])]), nil
}
