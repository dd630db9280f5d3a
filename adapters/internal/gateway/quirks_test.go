package gateway_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
)

// quirkTest is one request with a quirk: what it is with the repair and what
// without. got makes one string of the facts that matter.
type quirkTest struct {
	quirk    string
	desc     string
	iface    string // "FastCGI/1.0" if empty
	vars     string
	captured string // or a file of testdata/captured and the target in it
	target   string
	got      func(filled) string
	with     string
	without  string
}

func mountAndPath(f filled) string { return f.ScriptName + " " + f.URL.Path }
func host(f filled) string         { return f.Host }
func field(name string) func(filled) string {
	return func(f filled) string { return strings.Join(f.Header[name], "|") }
}
func contentLength(f filled) string {
	if f.ContentLength < 0 {
		return "unknown"
	}
	return "known"
}

func bodyLength(f filled) string { return strconv.FormatInt(f.ContentLength, 10) }

var quirkTests = []quirkTest{
	{
		quirk: "nginx-script-name", captured: "nginx-stock", target: "/stock/a%20b?t=env",
		got: mountAndPath, with: " /stock/a b", without: "/stock/a b /",
	}, {
		quirk: "nginx-script-name", desc: "after merging", captured: "nginx-stock", target: "//stock/a",
		got: mountAndPath, with: " //stock/a", without: "/stock/a /",
	}, {
		quirk: "nginx-script-name", desc: "an empty PATH_INFO is passed by who divides the path", captured: "nginx-split", target: "/app",
		got: mountAndPath, with: "/app /", without: "/app /",
	}, {
		quirk: "apache-proxy", captured: "apache-proxy-fcgi", target: "/app/a%20b?t=env",
		got: mountAndPath, with: " /app/a b", without: "/app/a b /",
	}, {
		quirk: "apache-proxy", desc: "proxy:fcgi:// in SCRIPT_FILENAME", captured: "apache-proxy-fpm", target: "/fpm",
		got: mountAndPath, with: " /fpm", without: "/fpm /",
	}, {
		quirk: "apache-proxy", desc: "proxy:scgi:// in SCRIPT_FILENAME", iface: "SCGI/1", captured: "apache-proxy-scgi", target: "/app",
		got: mountAndPath, with: " /app", without: "/app /",
	}, {
		quirk: "apache-proxy", desc: "mod_fcgid runs a file", captured: "apache-fcgid", target: "/app",
		got: mountAndPath, with: "/app /", without: "/app /",
	}, {
		quirk: "apache-proxy", desc: "SetHandler for a file", vars: base + `
			SERVER_SOFTWARE=Apache/2.4.71 (Debian)
			REQUEST_URI=/x.lab
			SCRIPT_NAME=/x.lab
			CONTEXT_DOCUMENT_ROOT=/srv/htdocs
			SCRIPT_FILENAME=proxy:fcgi://handler//srv/htdocs/x.lab`,
		got: mountAndPath, with: "/x.lab /", without: "/x.lab /",
	}, {
		quirk: "haproxy-script-name", vars: base + `
			SERVER_SOFTWARE=HAProxy 2.6.12
			REQUEST_URI=/a%20b/c
			SCRIPT_NAME=/a b/c
			SCRIPT_FILENAME=/srv/a b/c`,
		got: mountAndPath, with: " /a b/c", without: "/a b/c /",
	}, {
		quirk: "script-name-slash", desc: "lighttpd with the key /", vars: base + `
			SERVER_SOFTWARE=lighttpd/1.4.69
			REQUEST_URI=/
			SCRIPT_NAME=/`,
		got: mountAndPath, with: " /", without: " /",
	}, {
		quirk: "script-name-slash", desc: "slash of an nginx location", iface: "SCGI/1", vars: base + `
			SERVER_SOFTWARE=nginx/1.22.1
			REQUEST_URI=/app/b
			SCRIPT_NAME=/app/
			PATH_INFO=b`,
		got: mountAndPath, with: "/app /b", without: " /app/b",
	}, {
		quirk: "script-name-slash", desc: "no REQUEST_URI", iface: "SCGI/1", vars: noURI + `
			SCRIPT_NAME=/app/
			PATH_INFO=b`,
		got: mountAndPath, with: "/app /b", without: " /app/b",
	}, {
		quirk: "iis-path-info", vars: noURI + `
			SERVER_SOFTWARE=Microsoft-IIS/10.0
			SCRIPT_NAME=/app.exe
			PATH_INFO=/app.exe/a b`,
		got: mountAndPath, with: "/app.exe /a b", without: "/app.exe /app.exe/a b",
	}, {
		quirk: "iis-path-info", desc: "only IIS", vars: noURI + `
			SCRIPT_NAME=/app.exe
			PATH_INFO=/app.exe/a`,
		got: mountAndPath, with: "/app.exe /app.exe/a", without: "/app.exe /app.exe/a",
	}, {
		quirk: "iis-request-uri", desc: "UNENCODED_URL", vars: noURI + `
			SERVER_SOFTWARE=Microsoft-IIS/10.0
			SCRIPT_NAME=/app.exe
			PATH_INFO=/app.exe/a/b
			UNENCODED_URL=/app.exe/a%2Fb?c`,
		got: func(f filled) string { return f.RequestURI }, with: "/app.exe/a%2Fb?c", without: "/app.exe/a/b",
	}, {
		quirk: "iis-request-uri", desc: "X-Original-URL of the rewrite module", vars: noURI + `
			SERVER_SOFTWARE=Microsoft-IIS/10.0
			SCRIPT_NAME=/app.exe
			PATH_INFO=/app.exe/a
			IIS_WasUrlRewritten=1
			HTTP_X_ORIGINAL_URL=/a?c`,
		got: func(f filled) string { return f.ScriptName + " " + f.RequestURI }, with: " /a?c", without: "/app.exe /app.exe/a",
	}, {
		quirk: "iis-request-uri", desc: "X-Original-URL of the client", vars: noURI + `
			SERVER_SOFTWARE=Microsoft-IIS/10.0
			SCRIPT_NAME=/app.exe
			PATH_INFO=/app.exe/a
			HTTP_X_ORIGINAL_URL=/admin`,
		got: func(f filled) string { return f.RequestURI }, with: "/app.exe/a", without: "/app.exe/a",
	}, {
		quirk: "merged-path", captured: "lighttpd-fastcgi", target: "//app/a",
		got: mountAndPath, with: "/app /a", without: " //app/a",
	}, {
		quirk: "merged-path", desc: "dot segments", captured: "nginx-split", target: "/x/../app/a",
		got: mountAndPath, with: "/app /a", without: " /x/../app/a",
	}, {
		quirk: "nginx-host-port", captured: "nginx-split", target: "/app",
		got: host, with: "127.0.0.1:8080", without: "127.0.0.1",
	}, {
		quirk: "nginx-host-port", desc: "uwsgi_params do not name the server", iface: "uwsgi/1", captured: "nginx-uwsgi", target: "/app",
		got: host, with: "127.0.0.1:8080", without: "127.0.0.1",
	}, {
		quirk: "nginx-host-port", desc: "TLS on its own port", vars: debianHost + "SERVER_PORT=443\nHTTPS=on",
		got: host, with: "example.com", without: "example.com",
	}, {
		quirk: "nginx-host-port", desc: "TLS on an odd port", vars: debianHost + "SERVER_PORT=8443\nHTTPS=on",
		got: host, with: "example.com:8443", without: "example.com",
	}, {
		quirk: "nginx-host-port", desc: "port 80", vars: debianHost + "SERVER_PORT=80",
		got: host, with: "example.com", without: "example.com",
	}, {
		quirk: "nginx-host-port", desc: "behind a proxy", vars: debianHost + "SERVER_PORT=8080\nHTTP_X_FORWARDED_FOR=192.0.2.1",
		got: host, with: "example.com", without: "example.com",
	}, {
		quirk: "nginx-host-port", desc: "IPv6", vars: debianHost + "SERVER_PORT=8080\nHTTP_HOST=[2001:db8::1]",
		got: host, with: "[2001:db8::1]:8080", without: "[2001:db8::1]",
	}, {
		quirk: "nginx-host-port", desc: "there is a port", vars: debianHost + "SERVER_PORT=8080\nHTTP_HOST=example.com:81",
		got: host, with: "example.com:81", without: "example.com:81",
	}, {
		quirk: "nginx-host-port", desc: "newer nginx", vars: debianHost + "SERVER_PORT=8080\nSERVER_SOFTWARE=nginx/1.30.0",
		got: host, with: "example.com", without: "example.com",
	}, {
		quirk: "nginx-host-port", desc: "garbage for a port", vars: debianHost + "SERVER_PORT=80 80",
		got: host, with: "example.com", without: "example.com",
	}, {
		quirk: "nginx-repeated-host", desc: "an overridden parameter", vars: debianHost + "HTTP_HOST=example.com:8080",
		got: host, with: "example.com:8080", without: "400",
	}, {
		quirk: "lighttpd-folding", vars: base + `
			SERVER_SOFTWARE=lighttpd/1.4.69
			HTTP_X_REMOTE_USER=alice
			HTTP_X_REMOTE_USER=mallory`,
		got: field("X-Remote-User"), with: "400", without: "alice, mallory",
	}, {
		quirk: "content-length", desc: "nginx", captured: "nginx-stock", target: "/stock",
		got: contentLength, with: "unknown", without: "400",
	}, {
		quirk: "content-length", desc: "Caddy", vars: base + "CONTENT_LENGTH=-1",
		got: contentLength, with: "unknown", without: "400",
	}, {
		quirk: "nginx-scgi-length", iface: "SCGI/1", vars: "CONTENT_LENGTH=0\n" + debianHost + "HTTP_CONTENT_LENGTH=70000",
		got: bodyLength, with: "70000", without: "400",
	}, {
		quirk: "nginx-scgi-length", desc: "in part, without the server's name", iface: "SCGI/1", vars: "CONTENT_LENGTH=4096\n" + base + "SERVER_SOFTWARE=\nHTTP_CONTENT_LENGTH=70000",
		got: bodyLength, with: "70000", without: "400",
	}, {
		quirk: "nginx-scgi-length", desc: "more than the client said", iface: "SCGI/1", vars: "CONTENT_LENGTH=7\n" + debianHost + "HTTP_CONTENT_LENGTH=5",
		got: bodyLength, with: "400", without: "400",
	}, {
		quirk: "nginx-scgi-length", desc: "chunked, and decoded", iface: "SCGI/1", vars: "CONTENT_LENGTH=7\n" + debianHost + "HTTP_TRANSFER_ENCODING=chunked",
		got: bodyLength, with: "7", without: "7",
	}, {
		quirk: "nginx-scgi-length", desc: "only nginx", iface: "SCGI/1", vars: "CONTENT_LENGTH=0\n" + base + "SERVER_SOFTWARE=lighttpd/1.4.69\nHTTP_CONTENT_LENGTH=5",
		got: bodyLength, with: "400", without: "400",
	}, {
		quirk: "nginx-scgi-length", desc: "only SCGI", iface: "uwsgi/1", vars: "CONTENT_LENGTH=0\n" + debianHost + "HTTP_CONTENT_LENGTH=5",
		got: bodyLength, with: "400", without: "400",
	}, {
		quirk: "authorization", desc: "mod_rewrite", vars: base + "REDIRECT_HTTP_AUTHORIZATION=Basic eA==\nHTTP_AUTHORIZATION=",
		got: field("Authorization"), with: "Basic eA==", without: "",
	}, {
		quirk: "authorization", desc: "twice rewritten", vars: base + "REDIRECT_REDIRECT_HTTP_AUTHORIZATION=Basic eA==",
		got: field("Authorization"), with: "Basic eA==", without: "",
	}, {
		quirk: "authorization", desc: "-pass-header", vars: base + "Authorization=Basic eA==",
		got: field("Authorization"), with: "Basic eA==", without: "",
	}, {
		quirk: "authorization", desc: "the right one wins", vars: base + "REDIRECT_HTTP_AUTHORIZATION=Basic old\nHTTP_AUTHORIZATION=Basic eA==",
		got: field("Authorization"), with: "Basic eA==", without: "Basic eA==",
	}, {
		quirk: "cookie", vars: base + "COOKIE=a=b",
		got: field("Cookie"), with: "a=b", without: "",
	}, {
		quirk: "cookie", desc: "the right one wins", vars: base + "COOKIE=a=b\nHTTP_COOKIE=c=d",
		got: field("Cookie"), with: "c=d", without: "c=d",
	},
}

const noURI = `
	REQUEST_METHOD=GET
	SERVER_PROTOCOL=HTTP/1.1
	HTTP_HOST=example.com
	REMOTE_ADDR=192.0.2.7
`

const debianHost = base + "SERVER_SOFTWARE=nginx/1.22.1\n"

func TestQuirks(t *testing.T) {
	t.Parallel()
	tested := map[string]bool{}
	for _, test := range quirkTests {
		tested[test.quirk] = true
		t.Run(test.quirk+" "+test.desc, func(t *testing.T) {
			t.Parallel()
			off, err := gateway.ParseQuirks(test.quirk)
			if err != nil {
				t.Fatal(err)
			}
			check(t, "repaired", test.run(t, 0), test.with)
			check(t, "left alone", test.run(t, off), test.without)
		})
	}
	for _, q := range gateway.Table() {
		if !tested[q.Name] {
			t.Errorf("quirk %s has no test", q.Name)
		}
		if q.Front == "" || q.Doc == "" {
			t.Errorf("quirk %s is not described", q.Name)
		}
	}
}

func (test quirkTest) run(t *testing.T, off gateway.Quirks) string {
	t.Helper()
	o := fastCGI()
	if test.iface != "" {
		o.Interface = test.iface
	}
	o.Disable = off
	l := vars(test.vars)
	if test.captured != "" {
		l = captured{file: test.captured}.read(t)[test.target]
	}
	f, err := fill(l, o)
	switch {
	case status(err) == 400:
		return "400"
	case err != nil:
		t.Fatal(err)
	}
	return test.got(f)
}

func TestParseQuirks(t *testing.T) {
	t.Parallel()
	all, err := gateway.ParseQuirks("all")
	check(t, "error", err, nil)
	check(t, "all", all, gateway.AllQuirks)
	var each gateway.Quirks
	for _, q := range gateway.Table() {
		one, err := gateway.ParseQuirks(q.Name)
		check(t, "error", err, nil)
		if one == 0 || each&one != 0 {
			t.Errorf("%s has bit %b, taken are %b", q.Name, one, each)
		}
		each |= one
	}
	check(t, "each", each, gateway.AllQuirks)
	if _, err := gateway.ParseQuirks("no-such", "cookie", "nor-such"); err == nil || !strings.Contains(err.Error(), `"no-such" or "nor-such"`) {
		t.Errorf("got %v, want an error that names it", err)
	}
}
