package httpd_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/adapters/httpd"
)

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// wantClosed waits until the server closes c.
func wantClosed(t *testing.T, c net.Conn) {
	t.Helper()
	if _, err := io.Copy(io.Discard, c); err != nil && !strings.Contains(err.Error(), "reset") {
		t.Error(err)
	}
}

// upgrade answers 101 and then sends back what it gets, line by line.
func upgrade(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Connection", "Upgrade")
	w.Header().Set("Upgrade", "echo")
	w.WriteHeader(http.StatusSwitchingProtocols)
	c, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	defer c.Close()
	for {
		line, err := rw.ReadString('\n')
		if err != nil {
			return
		}
		rw.WriteString(line)
		rw.Flush()
	}
}

// connect makes an upgraded connection, with the first line sent right behind
// the request, as an eager client does.
func connect(t *testing.T, addr string) *bufio.ReadWriter {
	t.Helper()
	c := dial(t, addr)
	fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\neager\n")
	rw := bufio.NewReadWriter(bufio.NewReader(c), bufio.NewWriterSize(c, 0))
	res, err := http.ReadResponse(rw.Reader, nil)
	if err != nil || res.StatusCode != http.StatusSwitchingProtocols || res.Header.Get("Upgrade") != "echo" {
		t.Fatalf("got %v, %v", res, err)
	}
	wantLine(t, rw, "eager\n")
	return rw
}

func wantLine(t *testing.T, rw *bufio.ReadWriter, want string) {
	t.Helper()
	if got, err := rw.ReadString('\n'); got != want || err != nil {
		t.Fatalf("got %q, %v, want %q", got, err, want)
	}
}

func TestWebSocketLikeUpgrade(t *testing.T) {
	s := &httpd.Server{Handler: http.HandlerFunc(upgrade)}
	told := make(chan struct{})
	s.RegisterOnShutdown(func() { close(told) })
	rw := connect(t, start(t, s))
	if err := s.Shutdown(t.Context()); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
	<-told
	rw.WriteString("still here\n") // a hijacked connection is the handler's
	rw.Flush()
	wantLine(t, rw, "still here\n")
}

func TestMaxConns(t *testing.T) {
	s := &httpd.Server{Handler: http.HandlerFunc(hello), MaxConns: 1, H2C: true}
	addr := start(t, s)
	for _, set := range []func(*http.Protocols){http1, h2c, http1} {
		c, tr := client(t, set)
		get(t, c, "http://"+addr)
		waiting := dial(t, addr) // the kernel takes it, the server does not
		fmt.Fprintf(waiting, "GET / HTTP/1.0\r\n\r\n")
		get(t, c, "http://"+addr)
		tr.CloseIdleConnections()
		if res, err := http.ReadResponse(bufio.NewReader(waiting), nil); err != nil || res.StatusCode != 200 {
			t.Errorf("got %v, %v", res, err)
		}
		waiting.Close()
	}
	// Waiting for a place, it must still hear of Close.
	c, _ := client(t, http1)
	get(t, c, "http://"+addr)
}

func TestHijackedConnectionsDoNotCount(t *testing.T) {
	addr := start(t, &httpd.Server{Handler: http.HandlerFunc(upgrade), MaxConns: 1})
	first := connect(t, addr)
	connect(t, addr)
	first.WriteString("first\n")
	first.Flush()
	wantLine(t, first, "first\n")
}

func TestUnixSocket(t *testing.T) {
	path := t.TempDir() + "/s"
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	startOn(t, &httpd.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.Host+" "+r.RemoteAddr)
	})}, l)
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dialUnix(path)(ctx) }}}
	if _, got := get(t, c, "http://example.org/"); got != "example.org @" {
		t.Errorf("got %q", got)
	}
}

func TestHeadLimits(t *testing.T) {
	addr := start(t, &httpd.Server{Handler: http.HandlerFunc(hello)})
	for n, want := range map[int]int{100 << 10: 200, 200 << 10: 431} {
		c := dial(t, addr)
		go fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: %s\r\n\r\n", strings.Repeat("x", n))
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil || res.StatusCode != want {
			t.Errorf("%d bytes: got %v, %v, want %d", n, res, err, want)
		}
	}
	slow := start(t, &httpd.Server{Handler: http.HandlerFunc(hello), ReadHeaderTimeout: time.Millisecond})
	c := dial(t, slow)
	fmt.Fprintf(c, "GET / HTTP/1.1\r\nHo")
	wantClosed(t, c)
}

func TestIdleTimeout(t *testing.T) {
	addr := start(t, &httpd.Server{Handler: http.HandlerFunc(hello), IdleTimeout: time.Millisecond})
	c := dial(t, addr)
	fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	wantClosed(t, c) // after the answer
}

func TestContexts(t *testing.T) {
	type key string
	s := &httpd.Server{
		BaseContext: func(net.Listener) context.Context { return context.WithValue(context.Background(), key("base"), 1) },
		ConnContext: func(ctx context.Context, _ net.Conn) context.Context { return context.WithValue(ctx, key("conn"), 2) },
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx := r.Context()
			fmt.Fprint(w, ctx.Value(key("base")), ctx.Value(key("conn")), ctx.Value(http.LocalAddrContextKey))
		}),
	}
	addr := start(t, s)
	c, _ := client(t, http1)
	if _, got := get(t, c, "http://"+addr); got != "1 2 "+addr {
		t.Errorf("got %q", got)
	}
}

func TestShutdownForces(t *testing.T) {
	entered, cancelled := make(chan struct{}), make(chan struct{})
	s := &httpd.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(entered)
		<-r.Context().Done()
		close(cancelled)
	})}
	addr := start(t, s)
	c, _ := client(t, http1)
	result := make(chan int)
	go func() { result <- outcome(c, "http://"+addr) }()
	<-entered
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	<-cancelled
	if status := <-result; status != 0 {
		t.Errorf("got status %d", status)
	}
}

// lines is a log of which a test can wait for the next line.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}

// What net/http logs goes to the Logger, or to the default one.
func TestLogger(t *testing.T) {
	logged := make(lines, 1)
	logger := slog.New(slog.NewTextHandler(logged, nil))
	before := slog.Default()
	slog.SetDefault(logger) // which redirects package log, too
	t.Cleanup(func() {
		slog.SetDefault(before)
		log.SetOutput(os.Stderr)
		log.SetFlags(log.LstdFlags)
	})
	for _, s := range []*httpd.Server{{Logger: logger}, {}} {
		s.TLSConfig = tlsConfig(t)
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		result := make(chan error)
		go func() { result <- s.Serve(l) }()
		c := dial(t, l.Addr().String())
		fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		if line := <-logged; !strings.Contains(line, "level=WARN") || !strings.Contains(line, "TLS handshake") {
			t.Errorf("log: %s", line)
		}
		s.Close()
		<-result
	}
}

// Programs register what must hear of the end before they have put the Server
// together.
func TestRegisterOnShutdownFixesNothing(t *testing.T) {
	s := new(httpd.Server)
	told := make(chan struct{})
	s.RegisterOnShutdown(func() { close(told) })
	s.Handler = http.HandlerFunc(hello)
	s.Mount = "/wiki"
	c, _ := client(t, http1)
	if status, got := get(t, c, "http://"+start(t, s)+"/wiki/"); got != "hello HTTP/1.1" {
		t.Errorf("got %v, %q", status, got)
	}
	if err := s.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	<-told
}

// A listener that nobody connects to must not keep others from their share.
func TestMaxConnsOverTwoListeners(t *testing.T) {
	s := &httpd.Server{Handler: http.HandlerFunc(hello), MaxConns: 1}
	addrs := []string{start(t, s), start(t, s)}
	for range 2 {
		for _, addr := range addrs {
			c, tr := client(t, http1)
			get(t, c, "http://"+addr)
			tr.CloseIdleConnections()
		}
	}
}
