package mask_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/gangplank-web/gangplank/middleware/internal/mask"
)

var address = regexp.MustCompile(`0x[0-9a-f]+`)

const byName = "[hidden: the name says secret]"

// Bytes are shown as what they are: text, which is masked as such, or none.
func TestAnyBytes(t *testing.T) {
	type level uint8
	for _, tt := range []struct {
		v    any
		want string
	}{
		{[]byte(`{"user":"bob","password":"hunterXX2"}`), `{"user":"bob","password":"` + byName + `"}`},
		{json.RawMessage(`{"password":"hunterXX2"}`), `{"password":"` + byName + `"}`},
		{map[string]any{"body": []byte("a=1&password=hunterXX2")}, `map[body:a=1&password=` + byName + `]`},
		{&exec.ExitError{Stderr: []byte("ERROR: no relation\n\tthere")}, "<nil>"}, // its own String
		{struct{ Stderr []byte }{[]byte("ERROR: no relation\n\tthere é")}, "{Stderr:ERROR: no relation\n\tthere é}"},
		{struct{ password []byte }{[]byte("hunterXX2")}, "{password:" + byName + "}"},
		{[4]byte{'a', 'b', 'c', 'd'}, "abcd"},
		{[]byte{}, "[]"}, {[]byte(nil), "[]"}, {[]byte{0, 1, 0xfe}, "0001fe"}, {[3]byte{0x7f, 'a', 0}, "7f6100"},
		{[]byte("esc \x1b[0m"), "657363201b5b306d"}, {[]byte("cut \xc3"), "63757420c3"},
		{make([]byte, 300), "[hidden: hexadecimal digits like a key's]... (300 bytes)"},
		{[]level{1, 2}, "0102"}, {[]color{1}, "[red]"},
	} {
		var m mask.Masker
		if got := m.Any("value", "v", tt.v); got != tt.want {
			t.Errorf("%T: got %q, want %q", tt.v, got, tt.want)
		}
	}
	for cut := range 4 { // in the middle of a letter
		var m mask.Masker
		if got := m.Any("value", "v", []byte(strings.Repeat("-", cut)+strings.Repeat("€", 10_000))); !strings.Contains(got, "€€€") {
			t.Errorf("got %.50q", got)
		}
	}
}

type color uint8

func (color) String() string { return "red" }

type node struct {
	Name string
	Next *node
}

type guarded struct {
	Mu    sync.Mutex
	Count map[string]int
}

// Pointers are followed: a list of them is the usual list of a Go program.
func TestAnyPointers(t *testing.T) {
	str, yes, number := "hello", true, 7
	ring := &node{Name: "a"}
	ring.Next = &node{"b", ring}
	deep := &str
	for _, tt := range []struct {
		v    any
		want string // 0x stands for an address
	}{
		{[]*node{{Name: "a"}, nil}, "[&{Name:a Next:<nil>} <nil>]"},
		{struct{ P *node }{&node{Name: "x"}}, "{P:&{Name:x Next:<nil>}}"},
		{&str, "&hello"}, {&deep, "&&hello"}, {&number, "&7"}, {map[string]*int{"n": &number}, "map[n:&7]"},
		{ring, "&{Name:a Next:&{Name:b Next:0x}}"},
		{struct{ p *node }{ring}, "{p:0x}"},
		{struct{ G *guarded }{&guarded{Count: map[string]int{"a": 1}}}, "{G:0x}"},
		{struct{ HasPassword *bool }{&yes}, "{HasPassword:&true}"},
		{struct{ Password, Name *string }{&str, nil}, "{Password:" + byName + " Name:<nil>}"},
		{[]struct{ Name, Value *string }{{ptr("DB_PASSWORD"), ptr("zz-top")}, {ptr("HOST"), ptr("db")}}, "[{Name:&DB_PASSWORD Value:" + byName + "} {Name:&HOST Value:&db}]"},
		{struct{ E *errorNode }{&errorNode{"boom"}}, "{E:boom}"},
	} {
		var m mask.Masker
		if got := address.ReplaceAllString(m.Any("value", "v", tt.v), "0x"); got != tt.want {
			t.Errorf("%T: got %q, want %q", tt.v, got, tt.want)
		}
	}
	var m mask.Masker
	m.Any("value", "v", struct{ Password *string }{ptr("zz-top-99")})
	if got := m.Text("message", "with zz-top-99"); strings.Contains(got, "zz-top") {
		t.Errorf("what a pointer led to is not known: %s", got)
	}
}

func ptr[T any](v T) *T { return &v }

type errorNode struct{ text string }

func (e *errorNode) Error() string { return e.text }

type (
	redacted  string
	asGroup   struct{ ID, Password string }
	endless   struct{}
	logPanics struct{ N int }
	nested    struct{ Depth int }
)

func (redacted) LogValue() slog.Value  { return slog.StringValue("***") }
func (endless) LogValue() slog.Value   { return slog.AnyValue(endless{}) }
func (logPanics) LogValue() slog.Value { panic("LogValue panics") }
func (n nested) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("a", n), slog.Any("b", []any{n, n}))
}
func (g asGroup) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", g.ID), slog.String("password", g.Password), slog.Group("more", slog.Bool("has_token", true), slog.Any("cred", redacted("zz"))))
}

// What a type leaves out of the log is not shown either.
func TestAnyLogValue(t *testing.T) {
	for _, tt := range []struct {
		v    any
		want string
	}{
		{redacted("zz-plain"), "***"}, {[]redacted{"zz-plain"}, "[***]"}, {map[redacted]*redacted{"zz-plain": ptr(redacted("zz-plain"))}, "map[***:***]"},
		{struct {
			Host string
			Cred redacted
		}{"h", "zz-plain"}, "{Host:h Cred:***}"},
		{&asGroup{"7", "zz-plain"}, "{id:7 password:" + byName + " more:{has_token:true cred:***}}"},
		{slog.GroupValue(slog.String("token", "zz-plain")), "{token:" + byName + "}"},
		{(*asGroup)(nil), "<nil>"}, {struct{ cred *redacted }{}, "{cred:<nil>}"},
	} {
		var m mask.Masker
		if got := m.Any("value", "v", tt.v); got != tt.want {
			t.Errorf("%T: got %q, want %q", tt.v, got, tt.want)
		}
	}
	for _, v := range []any{endless{}, logPanics{}, []any{nested{}, nested{}}, struct{ Password any }{nested{}}} {
		var m mask.Masker
		if got := m.Any("value", "v", v); got == "" || len(got) > 64<<10 {
			t.Errorf("%T: got %d bytes: %.60s", v, len(got), got)
		}
	}
}

// waits is what a handler that has panicked leaves locked.
type waits struct{ release chan struct{} }

func (w waits) String() string       { <-w.release; return "" }
func (w waits) LogValue() slog.Value { <-w.release; return slog.Value{} }

// A method that does not return does not keep the page, and none is called after it.
func TestAnyStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := waits{make(chan struct{})}
		defer close(w.release)
		for _, v := range []any{w, struct{ fmt.Stringer }{w}} {
			var m mask.Masker
			for range 100 {
				if got := m.Any("value", "v", []any{v, errors.New("x")}); !strings.Contains(got, "does not return") {
					t.Fatalf("got %s", got)
				}
			}
		}
	})
}
