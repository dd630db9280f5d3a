package fastcgi

import (
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	gangplank "github.com/gangplank-web/gangplank"
)

// capture sends a request and gives the test what the handler got of it.
func capture(t *testing.T, s *Server, request []byte, look func(r *http.Request, body string)) {
	t.Helper()
	s.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		look(r, string(body))
	})
	addr, _ := launch(t, s)
	if a := dial(t, addr).do(request); a.status != 200 {
		t.Errorf("got status %d", a.status)
	}
}

// F20: -1 where nobody has said how long the body is, NoBody where there is none.
func TestContentLength(t *testing.T) {
	t.Parallel()
	stream := func(length, body string) []byte {
		params := with(postParams(0), pair{"CONTENT_LENGTH", length})
		b := appendStream(headBytes(1, roleResponder, true, params), typeStdin, 1, []byte(body))
		return appendHeader(b, typeStdin, 1, 0)
	}
	tests := []struct {
		desc    string
		request []byte
		length  int64
		body    string
	}{
		{"unknown", stream("", "body"), -1, "body"},
		{"unknown, as Caddy says it", stream("-1", "body"), -1, "body"},
		{"unknown, and nothing comes", stream("", ""), 0, ""},
		{"known", stream("4", "body"), 4, "body"},
		{"less than what comes", stream("4", "bodySMUGGLED"), 4, "body"},
		{"less than what comes, by a record", appendHeader(appendStream(stream("4", "body")[:len(stream("4", "body"))-headerLen],
			typeStdin, 1, []byte("SMUGGLED")), typeStdin, 1, 0), 4, "body"},
		{"none", stream("0", ""), 0, ""},
		{"none, and yet something comes", stream("0", "smuggled"), 0, ""},
		{"GET", get("/"), 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.desc, func(t *testing.T) {
			t.Parallel()
			capture(t, &Server{}, tt.request, func(r *http.Request, body string) {
				if r.ContentLength != tt.length || body != tt.body {
					t.Errorf("got %d, %q, want %d, %q", r.ContentLength, body, tt.length, tt.body)
				}
				if (r.Body == http.NoBody) != (tt.length == 0) {
					t.Errorf("Body is %T", r.Body)
				}
			})
		})
	}
}

// F21 to F24 and F29: the shape of the request, and all that was sent beside it.
func TestRequest(t *testing.T) {
	t.Parallel()
	params := with(postParams(4), pair{"REQUEST_URI", "/app/a%2Fb?q=1"}, pair{"SCRIPT_NAME", "/app"},
		pair{"CONTENT_TYPE", "text/plain"}, pair{"HTTP_CONTENT_TYPE", "text/html"}, pair{"HTTP_CONTENT_LENGTH", "4"},
		pair{"HTTPS", "On"}, pair{"SSL_PROTOCOL", "TLSv1.3"}, pair{"HTTP_PROXY", "http://evil.example"}, pair{"REMOTE_USER", "admin"},
		pair{"AUTH_TYPE", "Basic"})
	b := appendStream(headBytes(1, roleResponder, true, params), typeStdin, 1, []byte("body"))
	capture(t, &Server{}, appendHeader(b, typeStdin, 1, 0), func(r *http.Request, _ string) {
		g := gangplank.From(r).Gateway()
		for _, c := range []struct{ what, got, want string }{
			{"RequestURI", r.RequestURI, "/app/a%2Fb?q=1"},
			{"URL", r.URL.String(), "/a%2Fb?q=1"},
			{"mount", g.ScriptName, "/app"},
			{"Content-Type", strings.Join(r.Header["Content-Type"], "|"), "text/plain"},
			{"Content-Length", strings.Join(r.Header["Content-Length"], "|"), "4"},
			{"Proxy", r.Header.Get("Proxy"), ""},
			{"RemoteAddr", r.RemoteAddr, "192.0.2.7:51234"},
			{"user", gangplank.From(r).User().Name, ""},
			{"role", g.Role, "RESPONDER"},
			{"interface", g.Interface, "FastCGI/1.0"},
			{"software", g.Software, "nginx/1.22.1"},
			{"variable", g.Var("DOCUMENT_ROOT"), "/usr/share/nginx/html"},
			{"no variable", g.Var("NO_SUCH"), ""},
		} {
			if c.got != c.want {
				t.Errorf("%s is %q, want %q", c.what, c.got, c.want)
			}
		}
		if r.TLS == nil || r.Close || r.Trailer != nil {
			t.Errorf("TLS %v, Close %v, Trailer %v", r.TLS, r.Close, r.Trailer)
		}
		if all := maps.Collect(g.Vars()); len(all) != len(params) || all["SCRIPT_NAME"] != "/app" {
			t.Errorf("%d variables, want %d", len(all), len(params))
		}
		if _, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); !ok {
			t.Error("no local address")
		}
	})
}

func TestTrustedRemoteUser(t *testing.T) {
	t.Parallel()
	for authType, want := range map[string]string{"": "", "Basic": "admin"} {
		params := with(getParams, pair{"REMOTE_USER", "admin"}, pair{"AUTH_TYPE", authType})
		request := appendHeader(headBytes(1, roleResponder, true, params), typeStdin, 1, 0)
		capture(t, &Server{DangerouslyTrustRemoteUser: true}, request, func(r *http.Request, _ string) {
			if got := gangplank.From(r).User().Name; got != want {
				t.Errorf("AUTH_TYPE %q: user is %q, want %q", authType, got, want)
			}
		})
	}
}

func TestMount(t *testing.T) {
	t.Parallel()
	capture(t, &Server{Mount: "/wiki"}, get("/wiki/Page"), func(r *http.Request, _ string) {
		if r.URL.Path != "/Page" || gangplank.From(r).Gateway().ScriptName != "/wiki" {
			t.Errorf("got %q", r.URL.Path)
		}
	})
}

type contextKey string

func TestContexts(t *testing.T) {
	t.Parallel()
	s := &Server{
		BaseContext: func(net.Listener) context.Context {
			return context.WithValue(context.Background(), contextKey("base"), 1)
		},
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, contextKey("conn"), c)
		},
	}
	var after context.Context
	capture(t, s, get("/"), func(r *http.Request, _ string) {
		after = r.Context()
		if _, ok := after.Value(contextKey("conn")).(net.Conn); !ok || after.Value(contextKey("base")) != 1 {
			t.Error("values missing")
		}
	})
	<-after.Done() // the request is over
	if !errors.Is(after.Err(), context.Canceled) {
		t.Errorf("error is %v", after.Err())
	}
}

// F26: a peer that is not on the list is not spoken to.
func TestAllowedPeers(t *testing.T) {
	t.Parallel()
	for prefix, allowed := range map[string]bool{"192.0.2.0/24": false, "127.0.0.0/8": true} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		s := &Server{Handler: http.HandlerFunc(hello), AllowedPeers: []netip.Prefix{netip.MustParsePrefix(prefix)}}
		addr, log := launchOn(t, s, l)
		c := dial(t, addr)
		if allowed {
			if a := c.do(get("/")); a.body != "Hello World" {
				t.Errorf("got %+v", a)
			}
			continue
		}
		c.closed()
		if !strings.Contains(log.String(), "not allowed") {
			t.Errorf("log: %s", log)
		}
	}
}
