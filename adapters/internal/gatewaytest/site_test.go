//go:build linux

package gatewaytest_test

import (
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

// site is the probe behind one gateway.
type site struct {
	gateway servertest.Gateway
	mount   string // "/" or "/app"
	server  *servertest.Server
	process *process // nil where the server starts the program itself
	client  *http.Client
}

// newSite starts the probe, where the server does not do that, and the server.
func newSite(t *testing.T, g servertest.Gateway, mount string) *site {
	t.Helper()
	return siteOf(t, g, mount, probe)
}

// siteOf is newSite for another program that takes addresses.
func siteOf(t *testing.T, g servertest.Gateway, mount, program string) *site {
	t.Helper()
	target, p := launch(t, g, mount, program)
	s := behind(t, g, mount, target)
	s.process = p
	return s
}

// launch starts program, where the server does not do that, and returns what the
// server is to reach.
func launch(t *testing.T, g servertest.Gateway, mount, program string) (target string, p *process) {
	t.Helper()
	scheme := schemes[g.Backend]
	if scheme == "" {
		return program, nil
	}
	socket, options := servertest.Socket(t), "?mode=0666"
	if g.Whole {
		options += "&mount=" + mount
	}
	options += moreOptions[g.Backend]
	p = start(t, exec.Command(program, scheme+socket+options))
	listens(t, "unix", socket)
	return socket, p
}

// behind starts a server before a program or a socket.
func behind(t *testing.T, g servertest.Gateway, mount, target string) *site {
	t.Helper()
	return before(t, g, mount, g.Start(t, mount, target))
}

// before is the site of a server that runs.
func before(t *testing.T, g servertest.Gateway, mount string, server *servertest.Server) *site {
	t.Helper()
	transport := &http.Transport{
		MaxIdleConnsPerHost: 16, DisableCompression: true,
		TLSClientConfig: &tls.Config{RootCAs: server.Roots, ServerName: servertest.TLSName},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &site{
		gateway: g,
		mount:   mount,
		server:  server,
		client: &http.Client{
			Transport:     transport,
			Timeout:       2 * patience, // 100 MB may take long; a server that has lost a request never ends
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// listenPublic listens on a socket that the servers' workers may connect to.
func listenPublic(t *testing.T) *net.UnixListener {
	t.Helper()
	socket := servertest.Socket(t)
	l, err := net.Listen("unix", socket)
	if err == nil {
		err = os.Chmod(socket, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l.(*net.UnixListener)
}

// serve has a server of this process serve such a socket until the test ends.
func serve(t *testing.T, s protocoltest.Server) (socket string) {
	t.Helper()
	l := listenPublic(t)
	protocoltest.Serve(t, s, l)
	return l.Addr().String()
}

// schemes are the addresses of backends that the test starts.
var schemes = map[servertest.Backend]string{
	servertest.FastCGISocket: "fastcgi+unix:",
	servertest.HTTPSocket:    "http+unix:",
	servertest.SCGISocket:    "scgi+unix:",
	servertest.UwsgiSocket:   "uwsgi+unix:",

	servertest.AJPSocket:         "ajp+unix:",
	servertest.LighttpdAJPSocket: "ajp+unix:",
}

// moreOptions are what some of them need besides.
var moreOptions = map[servertest.Backend]string{
	servertest.AJPSocket:         "&secret=" + servertest.AJPSecret,
	servertest.LighttpdAJPSocket: "&lighttpd=1",
}

// prefix is what stands before a path of the probe.
func (s *site) prefix() string { return strings.TrimSuffix(s.mount, "/") }

func (s *site) url(path string) string { return s.server.URL + s.prefix() + path }

// answer is a response that has been read to its end.
type answer struct {
	*http.Response
	body string
	err  error // why the body broke off
}

// request makes a request; options change it before it is sent.
func (s *site) request(t *testing.T, method, path string, body io.Reader, options ...func(*http.Request)) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.url(path), body)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range options {
		change(r)
	}
	return r
}

// send sends a request of which an error may come.
func (s *site) send(r *http.Request) (answer, error) {
	resp, err := s.client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return answer{resp, string(b), err}, nil
}

func (s *site) do(t *testing.T, method, path string, body io.Reader, options ...func(*http.Request)) answer {
	t.Helper()
	a, err := s.send(s.request(t, method, path, body, options...))
	if err != nil {
		t.Fatal(err)
	}
	if a.err != nil {
		t.Fatalf("%s %s: %s, and the body broke off: %v", method, path, a.Status, a.err)
	}
	return a
}

func (s *site) get(t *testing.T, path string, options ...func(*http.Request)) answer {
	t.Helper()
	return s.do(t, http.MethodGet, path, nil, options...)
}

// want checks a whole answer.
func (a answer) want(t *testing.T, status int, body string) {
	t.Helper()
	if a.StatusCode != status || a.body != body {
		t.Errorf("%s %.100s: got %d %.200q, want %d %.200q", a.Request.Method, a.Request.URL, a.StatusCode, a.body, status, body)
	}
}

// works checks that the site still answers.
func (s *site) works(t *testing.T) {
	t.Helper()
	s.get(t, "/status/418").want(t, 418, "status 418\n")
}

// facts is what /env tells.
type facts struct {
	Method, Proto, Host, RequestURI, Path, RawPath, Query string
	RemoteAddr, ClientIP, Interface, Software, ScriptName string
	RemoteUser, AuthType, TLSVersion, TLSServerName       string
	TLS                                                   bool
	ContentLength                                         int64
	PID                                                   int
	HTTPProxy                                             string
	Header                                                http.Header
	Vars                                                  map[string]string
}

func (a answer) facts(t *testing.T) facts {
	t.Helper()
	var f facts
	if err := json.Unmarshal([]byte(a.body), &f); err != nil || a.StatusCode != http.StatusOK {
		t.Fatalf("got %d, %v, %.300q", a.StatusCode, err, a.body)
	}
	return f
}

// withHeader adds a field to a request.
func withHeader(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header[name] = append(r.Header[name], value) }
}

// pid returns the process that answers, or 0 where each request has its own.
func (s *site) pid(t *testing.T) int {
	t.Helper()
	if s.gateway.Backend == servertest.Program {
		return 0
	}
	return s.get(t, "/env").facts(t).PID
}
