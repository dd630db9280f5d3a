package session_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/session"
)

type cart struct {
	Items []string
	Total float64
}

type role string

// Every kind of value comes back as what it was, in the same request and in the
// next.
func TestValues(t *testing.T) {
	moment := time.Date(2026, 11, 22, 20, 15, 0, 123456789, time.FixedZone("", 3600))
	values := []any{
		true, false, 0, 1, -1, math.MaxInt, math.MinInt,
		int8(-128), int16(-300), int32(70000), int64(math.MinInt64),
		uint(0), uint8(255), uint16(65535), uint32(1 << 31), uint64(math.MaxUint64),
		float32(1.5), math.Pi, math.Inf(-1), "", "Grüße\x00\xff", strings.Repeat("long ", 200),
		[]byte{}, []byte{0, 1, 2}, moment, time.Duration(-5), []string{}, []string{"", "a", "b"},
		map[string]string{}, map[string]string{"a": "1", "": "2"},
		[]any{}, []any{1, "two", nil, []any{3.0}, map[string]any{"x": nil, "y": []string{"z"}}},
		map[string]any{}, map[string]any{"list": []any{true}, "n": int64(1)},
	}
	eachKind(t, func(t *testing.T, cfg session.Config) {
		var s gangplank.Session
		check := func(want any, when string) {
			t.Helper()
			if got := s.Get("value"); !equal(got, want) {
				t.Errorf("%T %.40v, %s: got %T %.40v", want, want, when, got, got)
			}
		}
		var value any
		b := open(t, session.New(cfg)(app{
			"/set": func(given gangplank.Session, w http.ResponseWriter, r *http.Request) {
				s = given
				s.Set("value", value)
				check(value, "at once")
			},
			"/get": func(given gangplank.Session, w http.ResponseWriter, r *http.Request) {
				s = given
				check(value, "in the next request")
				s.Set("value", value)
			},
		}))
		for _, value = range values {
			b.get("/set")
			if w := b.get("/get"); len(w.Header()["Set-Cookie"]) != 0 {
				t.Errorf("%T: set to what it was, and stored", value)
			}
		}
	})
}

func equal(a, b any) bool {
	if t, ok := a.(time.Time); ok {
		other, same := b.(time.Time)
		return same && t.Equal(other)
	}
	return reflect.DeepEqual(a, b)
}

// Other types go through JSON; Get makes of that what it is asked for.
func TestTypedValues(t *testing.T) {
	eachKind(t, func(t *testing.T, cfg session.Config) {
		want := cart{Items: []string{"rope", "tar"}, Total: 12.5}
		check := func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
			if got := session.Get[cart](s, "cart"); !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v", got)
			}
			if got := session.Get[role](s, "role"); got != "admin" {
				t.Errorf("got %q", got)
			}
			if got, ok := session.Lookup[int](s, "cart"); ok {
				t.Errorf("a cart is the number %d", got)
			}
			if _, ok := session.Lookup[int64](s, "n"); ok {
				t.Error("an int is an int64")
			}
			if _, ok := session.Lookup[string](s, "none"); ok {
				t.Error("what is not there was found")
			}
		}
		b := open(t, session.New(cfg)(app{
			"/set": func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
				s.Set("cart", want)
				s.Set("role", role("admin"))
				s.Set("n", 1)
				check(s, w, r)
			},
			"/check": check,
			"/pointer": func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
				if got := session.Get[*cart](s, "cart"); got == nil || got.Total != 12.5 {
					t.Errorf("got %+v", got)
				}
				var got cart
				if j, ok := s.Get("cart").(session.JSON); !ok || j.Decode(&got) != nil || got.Total != 12.5 {
					t.Errorf("got a %T, %v", s.Get("cart"), got)
				}
			},
		}))
		b.get("/set")
		b.get("/check")
		b.get("/pointer")
	})
}

// What is stored is what the value was when it was set.
func TestSetTakesASnapshot(t *testing.T) {
	b := open(t, session.New(session.Config{Keys: testKeys})(app{
		"/set": func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
			list := []string{"a"}
			s.Set("list", list)
			list[0] = "changed"
		},
		"/get": func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, session.Get[[]string](s, "list"))
		},
	}))
	b.get("/set")
	b.want("/get", "[a]")
}

func TestSetPanics(t *testing.T) {
	cyclic := []any{nil}
	cyclic[0] = cyclic
	for _, value := range []any{make(chan int), func() {}, math.NaN, []any{make(chan int)}, cyclic, map[string]any{"f": func() {}}} {
		b := open(t, session.New(session.Config{Keys: testKeys})(app{
			"/": func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
				defer func() {
					if got := fmt.Sprint(recover()); !strings.HasPrefix(got, `session: Set("x"): cannot store a `) {
						t.Errorf("%T: got panic %s", value, got)
					}
				}()
				s.Set("x", value)
			},
		}))
		if b.get("/"); len(b.cookies) != 0 {
			t.Errorf("%T was stored", value)
		}
	}
}

func TestAll(t *testing.T) {
	eachKind(t, func(t *testing.T, cfg session.Config) {
		b := open(t, session.New(cfg)(app{
			"/set": func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
				s.Set("a", 1)
				s.Set("b", "two")
				s.Set("c", nil)
				s.Set("d", 4)
				s.Set("d", nil)
				s.Flash("is no value")
			},
			"/all": func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
				all := map[string]any{}
				for key, value := range s.All() {
					s.Delete(key) // changes nothing of what is yielded
					all[key] = value
				}
				fmt.Fprint(w, all)
			},
		}))
		b.get("/set")
		b.want("/all", "map[a:1 b:two]")
		b.want("/all", "map[]")
	})
}

// Goroutines of one request share its session. Run with -race.
func TestGoroutines(t *testing.T) {
	eachKind(t, func(t *testing.T, cfg session.Config) {
		b := open(t, session.New(cfg)(app{
			"/": func(s gangplank.Session, w http.ResponseWriter, r *http.Request) {
				done := make(chan bool)
				for i := range 8 {
					go func() {
						s := session.From(r)
						s.Set(fmt.Sprint(i), i)
						s.Flash("x")
						s.Get("0")
						for range s.All() {
						}
						s.ID()
						done <- true
					}()
				}
				for range 8 {
					<-done
				}
			},
			"/n": func(s gangplank.Session, w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, len(s.Flashes())) },
		}))
		b.get("/")
		b.want("/n", "8")
	})
}

func TestKeys(t *testing.T) {
	a, b := session.NewKey(), session.NewKey()
	text := "# newest first\n" + a.Secret() + "\n\n" + fmt.Sprintf("%x\n", b[:]) + strings.NewReplacer("+", "-", "/", "_", "=", "").Replace(a.Secret())
	keys, err := session.ParseKeys(text)
	if err != nil || len(keys) != 3 || keys[0] != a || keys[1] != b || keys[2] != a {
		t.Errorf("got %d keys, %v", len(keys), err)
	}
	for _, bad := range []string{"short", a.Secret()[:40], a.Secret() + "AAAA", strings.Repeat("g", 64), a.Secret() + " " + a.Secret()} {
		if _, err := session.ParseKeys("# x\n" + bad); err == nil || !strings.Contains(err.Error(), "line 2") || strings.Contains(err.Error(), bad) {
			t.Errorf("%q: got %v", bad, err)
		}
	}
	var shown bytes.Buffer
	fmt.Fprintf(&shown, "%v %+v %#v %s %x %q %d %v", a, &a, a, a, a, a, a, session.Config{Keys: []session.Key{a}})
	if got := shown.String(); strings.Contains(got, a.Secret()) || strings.Contains(got, fmt.Sprintf("%x", a[:4])) || strings.Contains(got, fmt.Sprint(a[0], a[1])) {
		t.Errorf("shown: %s", got)
	}
	if _, err := json.Marshal(a); err == nil {
		t.Error("a Key was marshalled")
	}
}
