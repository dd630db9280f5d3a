package gateway_test

import (
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
)

// captured is one file of testdata/captured: what a server of Debian 12 sent
// for the same requests of one curl (two X-Foo, an X_Foo, an empty field, two
// cookies, Basic authorization), in the order of the wire; the environment of
// CGI in no order. Each block is headed by its request target.
type captured struct {
	file, iface string
	app         string // the path at which the server was told to mount the program
	mounts      bool   // it says so in its variables; else the program sees whole paths
}

var captures = []captured{
	{"apache-cgi", "CGI/1.1", "/app", true},
	{"apache-fcgid", "FastCGI/1.0", "/app", true},
	{"apache-proxy-fcgi", "FastCGI/1.0", "/app", false},
	{"apache-proxy-fpm", "FastCGI/1.0", "/fpm", false},
	{"apache-proxy-scgi", "SCGI/1", "/app", false},
	{"apache-proxy-uwsgi", "uwsgi/1", "/app", false},
	{"lighttpd-cgi", "CGI/1.1", "/app", true},
	{"lighttpd-fastcgi", "FastCGI/1.0", "/app", true},
	{"lighttpd-scgi", "SCGI/1", "/app", true},
	{"lighttpd-uwsgi", "uwsgi/1", "/app", true},
	{"nginx-scgi", "SCGI/1", "/app", true},
	{"nginx-split", "FastCGI/1.0", "/app", true},
	{"nginx-stock", "FastCGI/1.0", "/stock", false},
	{"nginx-uwsgi", "uwsgi/1", "/app", false},
}

// read returns the blocks by their targets; POST stands for the one with a body.
func (c captured) read(t testing.TB) map[string]gateway.List {
	t.Helper()
	text, err := os.ReadFile("testdata/captured/" + c.file + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	blocks := map[string]gateway.List{}
	for _, block := range strings.Split(string(text), "# ")[1:] {
		target, lines, _ := strings.Cut(block, "\n")
		l := vars(lines)
		dropFolded(l)
		if len(l) > 0 { // Apache answers 404 itself to an escaped slash
			blocks[target] = l
		}
	}
	return blocks
}

func (c captured) options() gateway.Options {
	return gateway.Options{Interface: c.iface, BodyToEOF: c.iface == "FastCGI/1.0"}
}

// dropFolded takes out the X_Foo that lighttpd before 1.4.83 put into X-Foo's
// variable, for which the request is refused.
func dropFolded(l gateway.List) {
	for i := range l {
		if l[i] == (gateway.Variable{Name: "HTTP_X_FOO", Value: "3"}) {
			l[i].Name = "DROPPED"
		}
	}
}

func TestCapturedPaths(t *testing.T) {
	t.Parallel()
	tests := []struct{ target, below, rawBelow string }{ // @ is the mount point
		{"@/a%20b?t=env", "/a b", ""},
		{"@", "/", ""},
		{"@/", "/", ""},
		{"@/a%2Fb", "/a/b", "/a%2Fb"},
		{"@//a", "//a", ""},
		{"/@/a", "/a", ""}, // the second slash was merged
		{"/x/..@/a", "/a", ""},
		{"@?x", "/", ""},
	}
	for _, c := range captures {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			blocks := c.read(t)
			for _, test := range tests {
				target := strings.ReplaceAll(test.target, "@", c.app)
				block, ok := blocks[target]
				if !ok {
					if strings.HasPrefix(c.file, "apache-") && strings.Contains(target, "%2F") {
						continue
					}
					t.Errorf("%s is not in the file", target)
					continue
				}
				f, err := fill(block, c.options())
				if err != nil {
					t.Errorf("%s: %v", target, err)
					continue
				}
				path, query, _ := strings.Cut(target, "?")
				want := filled{}
				want.ScriptName = c.app
				below, rawBelow := test.below, test.rawBelow
				if !c.mounts {
					want.ScriptName, rawBelow = "", ""
					below, _ = url.PathUnescape(path)
					if strings.Contains(path, "%2F") {
						rawBelow = path
					}
				}
				check(t, target+": ScriptName", f.ScriptName, want.ScriptName)
				check(t, target+": Path", f.URL.Path, below)
				check(t, target+": RawPath", f.URL.RawPath, rawBelow)
				check(t, target+": RawQuery", f.URL.RawQuery, query)
				check(t, target+": RequestURI", f.RequestURI, target)
			}
		})
	}
}

func TestCapturedRest(t *testing.T) {
	t.Parallel()
	for _, c := range captures {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			blocks := c.read(t)
			f, err := fill(blocks[c.app+"/"], c.options())
			if err != nil {
				t.Fatal(err)
			}
			check(t, "Host", f.Host, "127.0.0.1:8080")
			check(t, "Method", f.Method, "GET")
			check(t, "Proto", f.Proto, "HTTP/1.1")
			check(t, "Cookie", f.Header.Get("Cookie"), "a=b;c=d")
			check(t, "User-Agent", f.Header.Get("User-Agent"), "curl/7.88.1")
			check(t, "Content-Type", len(f.Header["Content-Type"])+len(f.Header["Content-Length"]), 0)
			if c.file != "lighttpd-cgi" { // an environment keeps only one of two, here X_Foo
				check(t, "X-Foo", strings.Join(f.Header["X-Foo"], "|"), "1, 2")
			}
			if _, _, ok := strings.Cut(f.RemoteAddr, "127.0.0.1:"); !ok || strings.HasSuffix(f.RemoteAddr, ":0") {
				t.Errorf("RemoteAddr: got %s", f.RemoteAddr)
			}
			check(t, "anonymous", f.facts.RemoteUser().Anonymous(), true) // although nginx sends REMOTE_USER=alice

			post, err := fill(blocks["POST"], c.options())
			if err != nil {
				t.Fatal(err)
			}
			check(t, "POST: ContentLength", post.ContentLength, 5)
			check(t, "POST: Content-Length", strings.Join(post.Header["Content-Length"], "|"), "5")
			check(t, "POST: Content-Type", strings.Join(post.Header["Content-Type"], "|"), "application/x-www-form-urlencoded")
		})
	}
}
