package auth_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/auth"
)

// Wrong passwords are logged, as they should be.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	os.Exit(m.Run())
}

// users is Accounts in a map, that stores better hashes.
type users map[string]auth.Account

func (u users) Account(_ context.Context, name string) (auth.Account, error) { return u[name], nil }

func (u users) SetHash(_ context.Context, name, old, hash string) error {
	if account := u[name]; account.Hash == old {
		account.Hash = hash
		u[name] = account
	}
	return nil
}

// quick is a Hasher that takes no time.
func quick() *auth.Hasher { return auth.NewHasher(auth.HasherConfig{Memory: 8, Time: 1}) }

func hash(t testing.TB, password string) string {
	t.Helper()
	h, err := quick().Hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// aliceAndBob are an administrator and somebody else.
func aliceAndBob(t testing.TB) users {
	return users{
		"alice": {Name: "alice", Hash: hash(t, "wonderland"), Roles: []string{"admin", "editor"}},
		"bob":   {Name: "bob", Hash: hash(t, "builder")},
	}
}

func passwords(t testing.TB) *auth.Passwords {
	return auth.NewPasswords(auth.PasswordsConfig{Accounts: aliceAndBob(t), Hasher: quick()})
}

// whoami answers with the user.
var whoami = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	id := gangplank.From(r).User()
	fmt.Fprintf(w, "%s by %s as %s", id.Name, id.Method, strings.Join(id.Roles, " "))
})

func request(method, target string) *http.Request { return httptest.NewRequest(method, target, nil) }

// ask sends a request; options are fields "Name: value".
func ask(h http.Handler, method, target string, fields ...string) *httptest.ResponseRecorder {
	return send(h, httptest.NewRequest(method, target, nil), fields...)
}

func send(h http.Handler, r *http.Request, fields ...string) *httptest.ResponseRecorder {
	for _, field := range fields {
		name, value, _ := strings.Cut(field, ": ")
		r.Header.Add(name, value)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

// post sends a form: "username=alice&password=wonderland".
func post(h http.Handler, target, form string, fields ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", target, strings.NewReader(form))
	return send(h, r, append(fields, "Content-Type: application/x-www-form-urlencoded")...)
}

func basic(name, password string) string {
	r := httptest.NewRequest("GET", "/", nil)
	r.SetBasicAuth(name, password)
	return "Authorization: " + r.Header.Get("Authorization")
}

// memory is a session, and the middleware that gives every request that one.
type memory struct {
	values  map[string]any
	renewed int
	bound   string
	ended   []string
	remain  time.Duration
}

func newMemory() *memory { return &memory{values: map[string]any{}} }

func (m *memory) Get(key string) any          { return m.values[key] }
func (m *memory) Set(key string, value any)   { m.values[key] = value }
func (m *memory) Delete(key string)           { delete(m.values, key) }
func (m *memory) All() iter.Seq2[string, any] { return maps.All(m.values) }
func (m *memory) Flash(string, ...string)     {}
func (m *memory) Flashes() []gangplank.Flash  { return nil }
func (m *memory) Renew()                      { m.renewed++ }
func (m *memory) Destroy()                    { clear(m.values) }
func (m *memory) Bind(user string)            { m.bound = user }
func (m *memory) Remember(d time.Duration)    { m.remain = d }
func (m *memory) EndAll(_ context.Context, user string) error {
	m.ended = append(m.ended, user)
	return nil
}

func (m *memory) around(next http.Handler) http.Handler {
	return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
		c.SetSession(m)
		next.ServeHTTP(w, r)
	})
}

// wantPanic checks that f panics with a message that contains all of want.
func wantPanic(t *testing.T, f func(), want ...string) {
	t.Helper()
	defer func() {
		t.Helper()
		message := fmt.Sprint(recover())
		for _, w := range want {
			if !strings.Contains(message, w) {
				t.Errorf("got panic %q, want %q in it", message, w)
			}
		}
	}()
	f()
}
