//go:build linux

package gatewaytest_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/fastcgi"
	"github.com/gangplank-web/gangplank/adapters/httpd"
	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
	"github.com/gangplank-web/gangplank/middleware/auth"
)

// people are accounts: alice, and bob who may not.
type people map[string]auth.Account

func (p people) Account(_ context.Context, name string) (auth.Account, error) { return p[name], nil }

func basicFor(t *testing.T) *auth.Basic {
	t.Helper()
	hasher := auth.NewHasher(auth.HasherConfig{Memory: 8, Time: 1})
	accounts := people{}
	for _, name := range []string{"alice", "bob"} {
		hash, err := hasher.Hash(t.Context(), "wonderland")
		if err != nil {
			t.Fatal(err)
		}
		accounts[name] = auth.Account{Name: name, Hash: hash}
	}
	accounts["alice"] = auth.Account{Name: "alice", Hash: accounts["alice"].Hash, Roles: []string{"reader"}}
	return auth.NewBasic("files", auth.NewPasswords(auth.PasswordsConfig{Accounts: accounts, Hasher: hasher}))
}

// serveAt serves h on a unix socket, as FastCGI or HTTP, until the test ends.
func serveAt(t *testing.T, scheme string, h http.Handler) (socket string) {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	h = gangplank.NewChain(logTo(quiet)).Then(h)
	if scheme == "http" {
		return serve(t, &httpd.Server{Handler: h, Logger: quiet})
	}
	return serve(t, &fastcgi.Server{Handler: h, Logger: quiet})
}

func logTo(l *slog.Logger) gangplank.Middleware {
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			c.SetLogger(l)
			next.ServeHTTP(w, r)
		})
	}
}

// What nginx's stock parameters say about a user is what any client has said: it
// proves nothing, even to a program that trusts the front server.
func TestRemoteUserOfStockNginx(t *testing.T) {
	t.Parallel()
	h := auth.Identify(auth.DangerouslyTrustRemoteUser())(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := gangplank.From(r)
		fmt.Fprintf(w, "claimed %q, known %q", c.Gateway().Var("REMOTE_USER"), c.User().Name)
	}))
	var n servertest.Nginx
	n.FastCGIStock("/", serveAt(t, "fastcgi", h))
	front := n.Start(t)
	if _, _, got := fetch(t, front.URL+"/", "alice", "guessed"); got != `claimed "alice", known ""` {
		t.Errorf("got %s", got)
	}
}

func fetch(t *testing.T, url, name, password string) (status int, h http.Header, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if name != "" {
		r.SetBasicAuth(name, password)
	}
	resp, err := new(http.Client).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(b)
}

// One handler decides about files that nginx and lighttpd serve.
func TestAuthorizer(t *testing.T) {
	t.Parallel()
	h := auth.Identify(basicFor(t))(auth.Authorizer(auth.Role("reader")))
	for name, start := range map[string]func(*testing.T) *servertest.Server{
		"nginx, FastCGI": func(t *testing.T) *servertest.Server {
			var n servertest.Nginx
			n.AuthRequest("/files/", "fastcgi", serveAt(t, "fastcgi", h))
			return n.Start(t)
		},
		"nginx, HTTP": func(t *testing.T) *servertest.Server {
			var n servertest.Nginx
			n.AuthRequest("/files/", "http", serveAt(t, "http", h))
			return n.Start(t)
		},
		"lighttpd": func(t *testing.T) *servertest.Server {
			var l servertest.Lighttpd
			l.Authorizer("/files/", serveAt(t, "fastcgi", h))
			return l.Start(t)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			front := start(t)
			dir := filepath.Join(front.Dir, "htdocs", "files")
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "a.txt"), []byte("the file"), 0o644); err != nil {
				t.Fatal(err)
			}
			checkAuthorizer(t, front, strings.HasPrefix(name, "nginx"))
		})
	}
}

func checkAuthorizer(t *testing.T, front *servertest.Server, told bool) {
	t.Helper()
	for _, tt := range []struct {
		name, password string
		want           int
	}{
		{"", "", 401}, {"alice", "wrong", 401}, {"bob", "wonderland", 403}, {"alice", "wonderland", 200},
	} {
		status, header, body := fetch(t, front.URL+"/files/a.txt", tt.name, tt.password)
		if status != tt.want || (body == "the file") != (tt.want == 200) {
			t.Errorf("%s %s: got %d %q, want %d", tt.name, tt.password, status, body, tt.want)
		}
		if got := header.Get("WWW-Authenticate"); status == 401 && !strings.HasPrefix(got, `Basic realm="files"`) {
			t.Errorf("%s: got challenge %q", tt.name, got)
		}
		if got := header.Get("X-User"); told && status == 200 && got != "alice" {
			t.Errorf("the server was told of %q", got)
		}
	}
}
