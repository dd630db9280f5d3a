package mask_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/middleware/internal/mask"
)

type account struct {
	Name, Password string
	Tokens         []string
	hidden         struct{ apiKey any }
	HasPassword    bool
	Addr           netip.Addr
	PasswordSet    time.Time
	Next           *account
}

// What hides nothing is written as fmt writes it.
func TestAnyIsPlusV(t *testing.T) {
	var none *account
	for _, v := range []any{
		nil, 7, "text", 1.5, true, 'x', []int{1, 2}, [2]bool{true}, []string(nil), map[string]int{"b": 2, "a": 1}, map[int]any{1: nil}, (map[string]int)(nil),
		struct{ A, b any }{1, "x"}, &struct{ A []int }{[]int{1}}, &[]string{"a"}, none, errors.New("failed"), []error{errors.New("a"), nil}, time.Second,
		netip.MustParseAddr("192.0.2.1"), []any{1, "a", nil, []any{}}, struct{ e error }{errors.New("x")}, func() {} == nil, complex(1, 2), struct{}{},
		&http.Cookie{Name: "theme", Value: "dark", Path: "/", HttpOnly: true}, (*http.Cookie)(nil), []any{"host", "db", "port", 5432}, []any{"password"}, [][2]string{{"a", "b"}},
		[]string{"password", "email"}, struct{ Name, Value string }{"theme", "dark"},
		account{Name: "bob", Addr: netip.MustParseAddr("::1")},
	} {
		var m mask.Masker
		if got, want := m.Any("value", "v", v), fmt.Sprintf("%+v", v); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// Secrets in values go by the names of fields and keys, at any depth, and are
// known afterwards.
func TestAny(t *testing.T) {
	a := account{Name: "bob", Password: "correct horse battery staple", Tokens: []string{"first-tok", "second-tok"}, HasPassword: true}
	a.hidden.apiKey = []byte("unexported-key")
	a.Next = &a
	const secrets = "correct horse battery staple,first-tok,second-tok,unexported-key,zz-top,YWxpY2U6d29u,0a1b2c3d4e5f"
	for _, v := range []any{
		a, &a, []account{a}, map[string]any{"a": map[any]any{1: a}}, [1]any{&[]account{a}}, struct{ in any }{a},
		&http.Cookie{Name: "session", Value: "zz-top", Path: "/"}, []any{http.Cookie{Name: "id", Value: "unexported-key"}}, []*http.Cookie{{Name: "sid", Value: "zz-top"}},
		[]any{"user", "bob", "password", "zz-top"}, [][2]string{{"host", "db"}, {"password", "zz-top"}}, []any{"tokens", []string{"first-tok"}},
		struct{ Name, Value string }{"password", "zz-top"}, []struct{ Key, Value any }{{"user", "bob"}}, []struct {
			Key   string
			Value any
		}{{"api_key", "zz-top"}},
		context.WithValue(context.Background(), contextKey("password"), "zz-top"), &struct{ Ctx context.Context }{context.WithValue(context.Background(), contextKey("password"), "zz-top")},
		http.Header{"Authorization": {"Basic YWxpY2U6d29u"}, "X-Api-Key": {"zz-top", "more"}}, map[string]any{"tokens": []string{"first-tok", "second-tok"}, "code": "0a1b2c3d4e5f"},
		struct {
			Secret struct{ Deep map[string][]string }
		}{struct{ Deep map[string][]string }{map[string][]string{"x": {"zz-top"}}}},
	} {
		var m mask.Masker
		got := m.Any("value", "v", v)
		plain := fmt.Sprintf("%+v", v)
		for secret := range strings.SplitSeq(secrets, ",") {
			if strings.Contains(got, secret) {
				t.Errorf("%T: got %s", v, got)
			}
			if again := m.Text("message", "with "+secret+"."); strings.Contains(plain, secret) && strings.Contains(again, secret) {
				t.Errorf("%T: %s is not known", v, secret)
			}
		}
		if strings.Contains(plain, "HasPassword") && !strings.Contains(got, "HasPassword:true") {
			t.Errorf("a truth value is hidden: %s", got)
		}
	}
}

// contextKey is printed as a context prints a string.
type contextKey string

func (k contextKey) String() string { return string(k) }

type panicking struct{}

func (panicking) String() string { panic("String panics") }

// No value makes it panic, hang or write without end.
func TestAnyHostile(t *testing.T) {
	self := map[string]any{}
	self["self"], self["password"] = self, self
	list := []any{nil}
	list[0] = list
	wide := make(map[int][]any)
	for i := range 10_000 {
		wide[i] = list
	}
	manifold := make([]any, 200) // 200 to the power of the level
	for i := range manifold {
		manifold[i] = manifold
	}
	var nobody *panicking
	for _, v := range []any{self, list, wide, panicking{}, nobody, []any{panicking{}, nobody}, struct{ p panicking }{}, make([]byte, 10<<20),
		strings.Repeat("x", 10<<20), make(chan int), func() {}, []string{strings.Repeat("<", 1<<20)}, struct{ Password any }{list}, manifold, struct{ Password, Token any }{manifold, &manifold}} {
		var m mask.Masker
		if got := m.Any("value", "v", v); len(got) > 64<<10 {
			t.Errorf("%T: got %d bytes", v, len(got))
		}
		m.Any("value", "password", v)
	}
}
