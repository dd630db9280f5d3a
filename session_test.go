package gangplank_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/gangplank-web/gangplank"
)

// lazySessions is a session middleware that counts what it is asked for.
type lazySessions struct {
	mu     sync.Mutex
	opened []*toySession
	heads  []string
}

type toySession struct{ gangplank.Session }

func (l *lazySessions) OpenSession(r *http.Request) gangplank.Session {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := new(toySession)
	l.opened = append(l.opened, s)
	return s
}

func (l *lazySessions) BeforeHead(w *gangplank.Writer, r *http.Request, status int, h http.Header) {
	h.Set("X-Layer", r.URL.Path)
	l.heads = append(l.heads, "call")
}

func (l *lazySessions) middleware(next http.Handler) http.Handler {
	return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
		c.SetSessionOpener(l)
		w.BeforeHeadCall(l)
		next.ServeHTTP(w, r)
	})
}

// A session is made on first use, all goroutines get the same one, and the
// layer's hook runs at the layer's place.
func TestSessionOpener(t *testing.T) {
	l := new(lazySessions)
	inner := hooking(func(*gangplank.Writer, http.Header) { l.heads = append(l.heads, "inner") })
	outer := hooking(func(*gangplank.Writer, http.Header) { l.heads = append(l.heads, "outer") })
	h := outer(l.middleware(inner(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/untouched" {
			return
		}
		var wg sync.WaitGroup
		got := make([]gangplank.Session, 8)
		for i := range got {
			wg.Go(func() { got[i] = gangplank.From(r).Session() })
		}
		wg.Wait()
		for _, s := range got {
			if s != got[0] || s.(*toySession) == nil {
				t.Errorf("got sessions %v", got)
			}
		}
	}))))
	rec := get(h, "GET", "/untouched")
	if order := strings.Join(l.heads, " "); len(l.opened) != 0 || order != "inner call outer" || rec.Header().Get("X-Layer") != "/untouched" {
		t.Errorf("opened %d sessions; hooks ran %q, on %v", len(l.opened), order, rec.Header())
	}
	get(h, "GET", "/")
	if len(l.opened) == 0 {
		t.Error("no session was opened")
	}
}

// A layer that makes its session when asked, and finds nothing to do before the
// head, costs an attached request nothing.
func TestSessionOpenerAllocatesNothing(t *testing.T) {
	h := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	attached := func(h http.Handler) float64 {
		r, w := httptest.NewRequest("GET", "/", nil), &discard{h: make(http.Header)}
		handler := attach(h)
		return testing.AllocsPerRun(100, func() { handler.ServeHTTP(w, r) })
	}
	with, without := attached(quietSessions{}.middleware(h)), attached(h)
	if with != without {
		t.Errorf("got %v allocations with, %v without the layer", with, without)
	}
}

type quietSessions struct{}

func (quietSessions) OpenSession(*http.Request) gangplank.Session                   { return nil }
func (quietSessions) BeforeHead(*gangplank.Writer, *http.Request, int, http.Header) {}

func (l quietSessions) middleware(next http.Handler) http.Handler {
	return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
		c.SetSessionOpener(l)
		w.BeforeHeadCall(l)
		next.ServeHTTP(w, r)
	})
}
