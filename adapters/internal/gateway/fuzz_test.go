package gateway_test

import (
	"net/netip"
	"net/textproto"
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
)

// FuzzVariables: whatever comes, Fill refuses it with a client's error or gives
// a request that net/http's server could have given. The variables are
// separated by NULs, names from values by the first "=", as in
// /proc/self/environ.
func FuzzVariables(f *testing.F) {
	for _, c := range captures {
		for _, block := range c.read(f) {
			f.Add(join(block), c.iface, "", uint32(0))
		}
	}
	for _, q := range quirkTests {
		f.Add(join(vars(q.vars)), "FastCGI/1.0", "", uint32(0))
	}
	f.Add(join(vars(base)), "CGI/1.1", "/a", uint32(1))
	f.Fuzz(func(t *testing.T, text, iface, mount string, off uint32) {
		o := gateway.Options{Interface: iface, BodyToEOF: iface == "FastCGI/1.0", Disable: gateway.Quirks(off)}
		if mount != "" {
			var err error
			if o.Mount, err = gateway.ParseMount(mount); err != nil {
				return
			}
		}
		l := split(text)
		got, err := fill(l, o)
		if err != nil {
			if s := status(err); s < 400 || s > 499 {
				t.Fatalf("status %d of %v", s, err)
			}
			return
		}
		checkShape(t, got, o)
		checkPaths(t, got)
		checkHeader(t, got)
		if i := len(got.facts.RemoteUser().Name); i > 0 && got.Var("AUTH_TYPE") == "" {
			t.Error("a login without AUTH_TYPE")
		}
	})
}

func join(l gateway.List) string {
	var b strings.Builder
	for _, v := range l {
		b.WriteString(v.Name + "=" + v.Value + "\x00")
	}
	return b.String()
}

func split(text string) (l gateway.List) {
	for pair := range strings.SplitSeq(text, "\x00") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			l = append(l, gateway.Variable{Name: name, Value: value})
		}
	}
	return l
}

func checkShape(t *testing.T, f filled, o gateway.Options) {
	if f.Method == "" || strings.ContainsAny(f.Method, " \t\r\n/:") {
		t.Errorf("Method %q", f.Method)
	}
	if f.RequestURI == "" || f.URL == nil || f.URL.Scheme != "" || f.URL.Host != "" || f.URL.User != nil || f.URL.Opaque != "" || f.URL.Fragment != "" {
		t.Errorf("RequestURI %q, URL %#v", f.RequestURI, f.URL)
	}
	if f.ContentLength < -1 || f.ContentLength == -1 && !o.BodyToEOF {
		t.Errorf("ContentLength %d", f.ContentLength)
	}
	if _, err := netip.ParseAddrPort(f.RemoteAddr); err != nil && f.RemoteAddr != "@" {
		t.Errorf("RemoteAddr %q", f.RemoteAddr)
	}
	if strings.ContainsAny(f.Host, "/\\?#\"<> \r\n") {
		t.Errorf("Host %q", f.Host)
	}
	if f.TLS != nil && len(f.TLS.PeerCertificates) > 0 && f.Var("SSL_CLIENT_VERIFY") != "SUCCESS" {
		t.Error("unverified PeerCertificates")
	}
	if !strings.HasPrefix(f.Proto, "HTTP/") || f.ProtoMajor < 0 || f.ProtoMinor < 0 {
		t.Errorf("Proto %q", f.Proto)
	}
}

// checkPaths tests that mount point and path make the request's path again, and
// that the mount point is safe in a link.
func checkPaths(t *testing.T, f filled) {
	if f.URL.Path != "*" && !strings.HasPrefix(f.URL.Path, "/") {
		t.Errorf("Path %q", f.URL.Path)
	}
	if again, err := url.PathUnescape(f.URL.EscapedPath()); err != nil || again != f.URL.Path {
		t.Errorf("Path %q, RawPath %q: EscapedPath %q", f.URL.Path, f.URL.RawPath, f.URL.EscapedPath())
	}
	name := f.ScriptName
	if name != "" && (name[0] != '/' || path.Clean(name) != name || strings.Contains(name, `\`) || name == "/") {
		t.Errorf("ScriptName %q", name)
	}
	escaped, _, _ := strings.Cut(f.RequestURI, "?")
	if _, rest, ok := strings.Cut(escaped, "://"); ok && escaped[0] != '/' {
		_, rest, _ = strings.Cut(rest, "/")
		escaped = "/" + rest
	}
	whole, err := url.PathUnescape(escaped)
	if err != nil {
		t.Fatalf("RequestURI %q: %v", f.RequestURI, err)
	}
	joined := name + f.URL.Path
	if joined != whole && joined != whole+"/" && path.Clean(joined) != path.Clean(whole) {
		t.Errorf("ScriptName %q and Path %q do not make %q", name, f.URL.Path, whole)
	}
}

func checkHeader(t *testing.T, f filled) {
	for name, values := range f.Header {
		if textproto.CanonicalMIMEHeaderKey(name) != name {
			t.Errorf("field name %q", name)
		}
		if len(values) != 1 || strings.ContainsAny(values[0], "\r\n\x00\x7f") {
			t.Errorf("field %s: %q", name, values)
		}
	}
	for _, name := range []string{"Host", "Proxy", "Transfer-Encoding"} {
		if _, ok := f.Header[name]; ok {
			t.Errorf("field %s is there", name)
		}
	}
	if _, ok := f.Header["Content-Length"]; ok && f.ContentLength < 0 {
		t.Error("Content-Length of an unknown length")
	}
}
