//go:build linux

package gatewaytest_test

import (
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

var requestCases = []testCase{
	{name: "paths", mounts: "/ /app", run: testPaths, except: []exception{
		{"lighttpd-ajp", decodedPath},
	}},
	{name: "mount point", mounts: "/ /app", run: testMountPoint},
	{name: "methods", run: testMethods, except: []exception{
		{"lighttpd-ajp", "mod_ajp13 sends no names of methods, and PATCH has no code"},
	}},
	{name: "host and client", run: testHostAndClient, except: []exception{
		{"*-http", "a proxy speaks for itself: the client is in X-Forwarded-For, which nobody believes unasked"},
		{"lighttpd-ajp", "mod_ajp13 does not tell the client's port"},
	}},
	{name: "header fields", run: testHeaderFields},
	{name: "long header fields", run: testLongHeaderFields},
	{name: "httpoxy", run: testHTTPoxy},
	{name: "unchecked login", run: testUncheckedLogin},
	{name: "query is no address", run: testQueryIsNoAddress},
}

// oddPaths are what a path can look like. The handler must see each as net/http
// would have shown it, but where the server itself refuses.
var oddPaths = []struct {
	raw    string
	status map[string]int // by gateway; the server's own answer
}{
	{raw: "/plain"},
	{raw: "/"},
	{raw: "/a%20b"},
	{raw: "/a+b"},
	{raw: "/a;b=c"},
	{raw: "/a:@!$&'()*,=~b"},
	{raw: "/%C3%A9t%C3%A9"},
	{raw: "/%FF", status: map[string]int{"lighttpd-*": 400}},
	{raw: "/a%25b", status: map[string]int{"apache-htaccess": 400}}, // without the flag B, mod_rewrite decodes it twice
	{raw: "/a%253Fb"},
	{raw: "/a%3Fb%23c", status: map[string]int{"apache-htaccess": 403}}, // without UnsafeAllow3F (CVE-2024-38474)
	{raw: "/%61"},
	{raw: "//a//b"},
	{raw: "/a/./b/../c"},
	{raw: "/a%2Fb", status: map[string]int{"apache-*": 404}}, // AllowEncodedSlashes Off
	{raw: "/a%00b", status: map[string]int{"apache-*": 404, "nginx-*": 400, "lighttpd-*": 400}},
	{raw: "/q?"},
	{raw: "/q?a=b%20c&d;e+f"},
	{raw: "/q?http://example.org/"},
	{raw: "/q?no-equals-sign"},
	{raw: "/" + strings.Repeat("long/", 600)},
}

func testPaths(t *testing.T, s *site) {
	for _, odd := range oddPaths {
		raw := "/env" + odd.raw
		resp, body, err := dial(t, s).ask("GET", raw)
		if err != nil {
			t.Fatal(err)
		}
		a := answer{Response: resp, body: body}
		if status := refusal(odd.status, s.gateway.Name); status != 0 {
			if a.StatusCode != status {
				t.Errorf("%.50s: got %s, want the server's own %d", raw, a.Status, status)
			}
			continue
		}
		want, err := url.ParseRequestURI(raw)
		if err != nil {
			t.Fatal(err)
		}
		if a.StatusCode != 200 {
			t.Errorf("%.50s: got %s, %.200q", raw, a.Status, a.body)
			continue
		}
		got := a.facts(t)
		path := strings.ToValidUTF8(want.Path, "\ufffd") // JSON has no other bytes
		if got.Path != path || got.RawPath != want.RawPath || got.Query != want.RawQuery || got.RequestURI != s.prefix()+raw {
			t.Errorf("%.50s: got path %.60q, raw %.60q, query %q, URI %.60q", raw, got.Path, got.RawPath, got.Query, got.RequestURI)
		}
	}
}

func refusal(status map[string]int, gateway string) int {
	for pattern, code := range status {
		if ok, _ := path.Match(pattern, gateway); ok {
			return code
		}
	}
	return 0
}

// Links and redirects lead back to where the program is mounted.
func testMountPoint(t *testing.T, s *site) {
	mount := s.prefix()
	if got := s.get(t, "/env").facts(t); got.ScriptName != mount {
		t.Errorf("got mount point %q, want %q", got.ScriptName, mount)
	}
	s.get(t, "/url").want(t, 200, mount+"/pages/Front%20Page\n")
	s.get(t, "/pages/Front%20Page").want(t, 200, "Front Page\n")
	location, err := s.get(t, "/redirect?to=/env&code=303").Location()
	if err != nil {
		t.Fatal(err)
	}
	if location.Path != mount+"/env" {
		t.Errorf("got a redirect to %s, want %s/env", location, mount)
	}
	for _, p := range []string{"", "/"} { // the mount point itself, with and without a slash
		if a := s.get(t, p); a.StatusCode != 200 || !strings.Contains(a.body, `href="`+mount+`/env"`) {
			t.Errorf("%q: got %s, %.300q, want the index with links below %q", p, a.Status, a.body, mount)
		}
	}
}

func testMethods(t *testing.T, s *site) {
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		if got := s.do(t, method, "/env", nil).facts(t); got.Method != method {
			t.Errorf("got method %q, want %q", got.Method, method)
		}
	}
	if a := s.do(t, "DELETE", "/page", nil); a.StatusCode != http.StatusMethodNotAllowed || a.Header.Get("Allow") == "" {
		t.Errorf("DELETE: got %s, Allow %q, want 405", a.Status, a.Header.Get("Allow"))
	}
}

// Debian's nginx drops the port from Host, which breaks every check of Origin.
func testHostAndClient(t *testing.T, s *site) {
	got := s.get(t, "/env").facts(t)
	if got.Host != s.server.Addr() {
		t.Errorf("got host %q, want %q", got.Host, s.server.Addr())
	}
	addr, err := netip.ParseAddrPort(got.RemoteAddr)
	if err != nil || !addr.Addr().IsLoopback() || addr.Port() == 0 || got.ClientIP != addr.Addr().String() {
		t.Errorf("got RemoteAddr %q, client %q, want this host and a port", got.RemoteAddr, got.ClientIP)
	}
	if got.Proto != "HTTP/1.1" || got.TLS || got.ContentLength != 0 {
		t.Errorf("got %s, TLS %t, length %d", got.Proto, got.TLS, got.ContentLength)
	}
	if want := interfaces[s.gateway.Backend]; got.Interface != want {
		t.Errorf("got interface %q, want %q", got.Interface, want)
	}
	nameless, _ := path.Match("nginx-[su]*", s.gateway.Name) // Debian's parameter files have no SERVER_SOFTWARE, and AJP has no place for it
	if got.Software == "" && !nameless && got.Interface != "AJP/1.3" {
		t.Error("the server has no name")
	}
}

func testHeaderFields(t *testing.T, s *site) {
	got := s.get(t, "/env",
		withHeader("X-Text", "a, b; c=\"d\""),
		withHeader("X-Bytes", "caf\xe9"),
		withHeader("X-Empty", ""),
		withHeader("Authorization", "Bearer 4711"),
		withHeader("Cookie", "a=1; b=2"),
		withHeader("Referer", "http://example.org/?x=y"),
	).facts(t).Header
	for name, want := range map[string]string{
		"X-Text":        "a, b; c=\"d\"",
		"Authorization": "Bearer 4711",
		"Cookie":        "a=1; b=2",
		"Referer":       "http://example.org/?x=y",
	} {
		if !slices.Equal(got[name], []string{want}) {
			t.Errorf("got %s: %q, want %q", name, got[name], want)
		}
	}
}

func isHTTP(s *site) bool { return s.gateway.Backend == servertest.HTTPSocket }

// Each server has a limit, and says so when it is passed; what arrives is whole.
func testLongHeaderFields(t *testing.T, s *site) {
	passed := 0
	for _, size := range []int{126, 127, 128, 129, 6000, 7500, 15_000, 60_000} {
		value := strings.Repeat("v", size)
		a := s.get(t, "/env", withHeader("X-Long", value))
		if a.StatusCode >= 400 {
			continue
		}
		if got := a.facts(t).Header.Get("X-Long"); got != value {
			t.Errorf("of %d bytes %d arrived", size, len(got))
		}
		passed = size
	}
	if passed < 7500 && !strings.HasPrefix(s.gateway.Name, "lighttpd") {
		t.Errorf("the longest field that passed had %d bytes", passed)
	}
	s.works(t)
}

// A client's Proxy field must not become the variable that HTTP clients obey
// (CVE-2016-5386).
func testHTTPoxy(t *testing.T, s *site) {
	got := s.get(t, "/env", withHeader("Proxy", "http://192.0.2.1:1")).facts(t)
	if got.Header.Get("Proxy") != "" && !isHTTP(s) {
		t.Errorf("the handler sees Proxy: %q", got.Header["Proxy"])
	}
	if got.HTTPProxy != "" {
		t.Errorf("HTTP_PROXY=%s is in the environment", got.HTTPProxy)
	}
}

// nginx's stock parameters put a user into REMOTE_USER whose password nobody
// has looked at.
func testUncheckedLogin(t *testing.T, s *site) {
	got := s.get(t, "/env", func(r *http.Request) { r.SetBasicAuth("admin", "x") }).facts(t)
	if got.RemoteUser != "" {
		t.Errorf("an unchecked login made the request one of %q", got.RemoteUser)
	}
}

// Apache passes a query without "=" as command-line arguments (RFC 3875,
// section 4.4). Whoever asks for /app?http://0.0.0.0:9999 opens no port.
func testQueryIsNoAddress(t *testing.T, s *site) {
	for _, query := range []string{"http://127.0.0.1:0", "-h", "--help", "fastcgi+unix:/tmp/gangplank-never"} {
		s.get(t, "/status/418?"+query).want(t, 418, "status 418\n")
	}
	if _, err := os.Stat("/tmp/gangplank-never"); err == nil {
		t.Error("the query opened a socket")
	}
}
