package adapters

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/adapters/fastcgi"
	"github.com/gangplank-web/gangplank/adapters/httpd"
	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
)

// prepared returns the server that an address makes.
func prepared(t *testing.T, addr string) *service {
	t.Helper()
	list, err := prepare(protocols, setup{}, []string{addr})
	if err != nil {
		t.Fatal(err)
	}
	return list[0]
}

func TestHTTPOptions(t *testing.T) {
	t.Parallel()
	s := prepared(t, "http://127.0.0.1:0?h2c=1&mount=/app&read-header-timeout=1s&read-timeout=2s&write-timeout=3s&idle-timeout=none&idle-grace=2s&max-header-bytes=64k&max-body=10m&max-conns=5&grace=1m")
	got := s.server.(*httpd.Server)
	if !got.H2C || got.Mount != "/app" || got.ReadHeaderTimeout != time.Second || got.ReadTimeout != 2*time.Second || got.WriteTimeout != 3*time.Second ||
		got.IdleTimeout >= 0 || got.IdleGrace != 2*time.Second || got.MaxHeaderBytes != 64<<10 || got.MaxBodyBytes != 10<<20 || got.MaxConns != 5 || s.grace != time.Minute {
		t.Errorf("got %+v, grace %v", got, s.grace)
	}
}

func TestFastCGIOptions(t *testing.T) {
	t.Parallel()
	s := prepared(t, "fastcgi://0.0.0.0:0?allow=10.0.0.0/8&mount=/app&read-header-timeout=1s&read-timeout=2s&write-timeout=3s&idle-timeout=4s&max-param-bytes=2m&body-memory=1k&body-file=none&body-dir=/"+
		"&max-params=100&max-body=10m&max-conns=5&max-requests-per-conn=6&disable-quirks=cookie,content-length&dangerously-trust-remote-user=1")
	got := s.server.(*fastcgi.Server)
	if len(got.AllowedPeers) != 1 || got.Mount != "/app" || got.ReadHeaderTimeout != time.Second || got.ReadTimeout != 2*time.Second || got.WriteTimeout != 3*time.Second ||
		got.IdleTimeout != 4*time.Second || got.MaxParamBytes != 2<<20 || got.BodyMemory != 1024 || got.BodyFile != -1 || got.BodyDir != "/" || got.MaxParams != 100 || got.MaxBodyBytes != 10<<20 || got.MaxConns != 5 ||
		got.MaxRequestsPerConn != 6 || strings.Join(got.DisableQuirks, " ") != "cookie content-length" || !got.DangerouslyTrustRemoteUser || s.grace != defaultGrace {
		t.Errorf("got %+v, grace %v", got, s.grace)
	}
}

func TestDefaultsOfOptions(t *testing.T) {
	t.Parallel()
	f := prepared(t, "fastcgi://127.0.0.1:0").server.(*fastcgi.Server)
	if f.Mount != "" || f.DisableQuirks != nil || f.DangerouslyTrustRemoteUser || f.ReadTimeout != 0 || f.MaxConns != 0 {
		t.Errorf("got %+v, want the defaults left to the server", f)
	}
	if h := prepared(t, "http://127.0.0.1:0").server.(*httpd.Server); h.Mount != "" || h.H2C || h.IdleTimeout != 0 {
		t.Errorf("got %+v, want the defaults left to the server", h)
	}
}

func TestWrongOptions(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		"https://127.0.0.1:0": "https needs cert=<file> and key=<file>",
		"https://127.0.0.1:0?cert=/nonexistent&key=/nonexistent": "options cert and key: open /nonexistent",
		"https://127.0.0.1:0?cert=/x":                            "https needs cert=<file> and key=<file>",
		"https://127.0.0.1:0?cert=/x&key=/x&h2c=1":               `no option "h2c"`,
		"http://127.0.0.1:0?cert=/x":                             `no option "cert"`,
		"http://127.0.0.1:0?mount=app":                           `option mount: mount point "app"`,
		"http://127.0.0.1:0?max-header-bytes=64kb":               `max-header-bytes="64kb": want a number of bytes`,
		"fastcgi://127.0.0.1:0?mount=/a/../b":                    `option mount: mount point "/a/../b"`,
		"fastcgi://127.0.0.1:0?disable-quirks=cookie,nonsense":   `option disable-quirks: there is no quirk named "nonsense"`,
		"fastcgi://127.0.0.1:0?body-dir=/nonexistent":            "option body-dir: stat /nonexistent",
		"fastcgi://127.0.0.1:0?secret=hunter2":                   `no option "secret"`,
		"fastcgi://127.0.0.1:0?max-conns=0":                      `max-conns="0"`,
	} {
		_, err := prepare(protocols, setup{}, []string{addr})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v, want %q", addr, err, want)
		}
	}
}

// The values of Serve's context reach the requests; its end does not, or it would break off what Serve waits for.
func TestContextOfRequests(t *testing.T) {
	t.Parallel()
	type key struct{}
	ctx, cancel := context.WithCancelCause(context.WithValue(t.Context(), key{}, "value"))
	cancel(errors.New("over"))
	base := requestContext(ctx, nil)(nil)
	if base.Err() != nil || base.Value(key{}) != "value" {
		t.Errorf("got %v, value %v", base.Err(), base.Value(key{}))
	}
}

// Users find the names of the quirks in the package comment only.
func TestQuirksAreDocumented(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range gateway.Table() {
		if !strings.Contains(string(doc), "\n//   - "+q.Name+" (") {
			t.Errorf("the package comment does not list %s", q.Name)
		}
	}
}

// Likewise the names of the options.
func TestOptionsAreDocumented(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	words := strings.FieldsFunc(string(doc), func(r rune) bool { return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-') })
	for _, p := range protocols {
		for _, addr := range []string{"://127.0.0.1:0", "+unix:/run/app.sock"} {
			_, err := prepare(protocols, setup{}, []string{p.Name + addr + "?x=1"})
			_, known, _ := strings.Cut(err.Error(), "(it has: ")
			known, _, ok := strings.Cut(known, ")")
			if !ok {
				t.Fatalf("no list of options in %v", err)
			}
			for name := range strings.SplitSeq(known, ", ") {
				if !slices.Contains(words, name) {
					t.Errorf("the package comment does not list %s of %s", name, p.Name)
				}
			}
		}
	}
}
