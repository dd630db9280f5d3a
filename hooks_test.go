package gangplank_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
)

// hooking is a middleware with nothing but a hook.
func hooking(hook func(w *gangplank.Writer, h http.Header)) gangplank.Middleware {
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
			w.BeforeHead(func(status int, h http.Header) { hook(w, h) })
			next.ServeHTTP(w, r)
		})
	}
}

func sorry(w *gangplank.Writer, _ http.Header) {
	w.Reset()
	w.WriteHeader(http.StatusInternalServerError)
	io.WriteString(w, "sorry")
}

// overrun are ways to let the head out before the body's end. Each goes on to
// write, and must not see that a hook has replaced the response.
var overrun = map[string]func(w http.ResponseWriter) (n int64, err error){
	"Write": func(w http.ResponseWriter) (int64, error) {
		n, err := w.Write(bytes.Repeat([]byte("x"), 10000))
		return int64(n), err
	},
	"WriteString": func(w http.ResponseWriter) (int64, error) {
		n, err := io.WriteString(w, strings.Repeat("x", 10000))
		return int64(n), err
	},
	"Flush": func(w http.ResponseWriter) (int64, error) {
		io.WriteString(w, strings.Repeat("x", 1000))
		w.(http.Flusher).Flush()
		n, err := io.WriteString(w, strings.Repeat("x", 9000))
		return int64(n) + 1000, err
	},
	"ReadFrom": func(w http.ResponseWriter) (int64, error) {
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Content-Length", "10000")
		return io.Copy(w, strings.NewReader(strings.Repeat("x", 10000)))
	},
}

func TestHookReplacesUnfinishedBody(t *testing.T) {
	notModified := func(w *gangplank.Writer, _ http.Header) { w.WriteHeader(http.StatusNotModified) }
	for door, write := range overrun {
		for _, c := range []struct {
			desc string
			hook func(*gangplank.Writer, http.Header)
			want string
		}{
			{"another page", sorry, "500 sorry 5"},
			{"no body any more", notModified, "304  0"},
		} {
			h := hooking(c.hook)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if n, err := write(w); n != 10000 || err != nil {
					t.Errorf("%s, %s: the handler saw %d, %v", door, c.desc, n, err)
				}
			}))
			w := new(gangplank.Writer)
			rec := get(counting(&w)(h), "GET", "/")
			if got := fmt.Sprint(rec.Code, " ", rec.Body, " ", w.Bytes()); got != c.want {
				t.Errorf("%s, %s: got %.100s, want %s", door, c.desc, got, c.want)
			}
		}
	}
}

// counting keeps the Writer for a look at it afterwards.
func counting(w **gangplank.Writer) gangplank.Middleware {
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(gw *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
			*w = gw
			next.ServeHTTP(gw, r)
		})
	}
}

func TestHookWritesWithoutStatus(t *testing.T) {
	rec := get(hooking(func(w *gangplank.Writer, _ http.Header) {
		w.Reset()
		io.WriteString(w, "new")
	})(say("old")), "GET", "/")
	if rec.Code != 200 || rec.Body.String() != "new" {
		t.Errorf("got %d %q", rec.Code, rec.Body)
	}
}

// In a hook, too, a 1xx status is not the status.
func TestHookSendsEarlyHints(t *testing.T) {
	got := serveOnce(t, "GET", hooking(func(w *gangplank.Writer, _ http.Header) { w.WriteHeader(http.StatusEarlyHints) }),
		func(w http.ResponseWriter, r *http.Request, _ *strings.Builder) { io.WriteString(w, "x") })
	if !strings.HasPrefix(got, "200 OK 1 ") {
		t.Error(got)
	}
}

// A transform belongs to the body that it was installed for: not to the page
// that a hook further out puts in its place.
func TestReplacedBodyIsNotEncoded(t *testing.T) {
	shout := encoding(func(dst io.Writer) gangplank.Encoder { return upper{dst} })
	rec := get(gangplank.NewChain(hooking(sorry), shout).Then(say("old")), "GET", "/")
	if rec.Body.String() != "sorry" {
		t.Errorf("got %q", rec.Body)
	}
}

// The length of the body as it was must not stand over the encoded one.
func TestEncodeTakesLength(t *testing.T) {
	double := hooking(func(w *gangplank.Writer, _ http.Header) {
		w.Encode(func(dst io.Writer) gangplank.Encoder { return doubled{dst} })
	})
	for method, want := range map[string]string{"GET": "aa$ 3", "HEAD": " "} {
		rec := get(double(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "1")
			io.WriteString(w, "a")
		})), method, "/")
		if got := fmt.Sprint(rec.Body, " ", rec.Result().Header.Get("Content-Length")); got != want {
			t.Errorf("%s: got %q, want %q", method, got, want)
		}
	}
}

// After a panic in a hook the response can still be replaced, by a middleware
// that recovers or by the adapter, and the remaining hooks see that one.
func TestHookPanics(t *testing.T) {
	recovering := func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
			defer func() {
				if e := recover(); e != nil {
					gangplank.Fail(w, r, fmt.Errorf("%v", e))
				}
			}()
			next.ServeHTTP(w, r)
		})
	}
	bad := hooking(func(*gangplank.Writer, http.Header) { panic("hook") })
	outer := hooking(func(_ *gangplank.Writer, h http.Header) { h.Set("X-Outer", "ran") })
	shout := encoding(func(dst io.Writer) gangplank.Encoder { return upper{dst} })
	rec := get(gangplank.NewChain(outer, recovering, bad, shout).ThenFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "old")
		w.(http.Flusher).Flush()
	}), "GET", "/")
	if rec.Code != 500 || rec.Body.String() != "500 Internal Server Error\n" || rec.Header().Get("X-Outer") != "ran" {
		t.Errorf("recovered: %d %q %v", rec.Code, rec.Body, rec.Header())
	}

	a := &toyAdapter{head: make(http.Header)}
	w, r := a.Init(context.Background(), a)
	r.Method = "GET"
	w.BeforeHead(func(int, http.Header) { panic("hook") })
	defer func() {
		if recover() == nil || !w.Reset() {
			t.Error("nothing to recover, or nothing to take back")
		}
		io.WriteString(w, "sorry")
		w.Finish(a)
		if a.out.String() != "[200]sorry" {
			t.Errorf("adapter: %q", &a.out)
		}
	}()
	w.Finish(a)
}

func TestHijackAndHooks(t *testing.T) {
	t.Run("in a hook", func(t *testing.T) {
		got := serveOnce(t, "GET", hooking(func(w *gangplank.Writer, _ http.Header) {
			if _, _, err := w.Hijack(); err == nil {
				t.Error("a hook took the connection from under the response")
			}
		}), func(w http.ResponseWriter, r *http.Request, _ *strings.Builder) {})
		if !strings.HasPrefix(got, "200 OK 0 ") {
			t.Error(got)
		}
	})
	t.Run("hook panics", func(t *testing.T) {
		serveOnce(t, "GET", attach, func(w http.ResponseWriter, r *http.Request, _ *strings.Builder) {
			gw := w.(*gangplank.Writer)
			gw.BeforeHead(func(int, http.Header) { panic("hook") })
			defer func() {
				if recover() == nil || gw.Reset() || !gw.Committed() {
					t.Error("the response of a hijacked connection can still be replaced")
				}
				panic(http.ErrAbortHandler)
			}()
			if conn, _, err := gw.Hijack(); err == nil {
				conn.Close()
			}
		})
	})
}

// mapWriter reads its header only at the end, as http.TimeoutHandler's does.
type mapWriter struct{ h http.Header }

func (w mapWriter) Header() http.Header         { return w.h }
func (w mapWriter) WriteHeader(int)             {}
func (w mapWriter) Write(p []byte) (int, error) { return len(p), nil }

func TestHookSetsFieldForLateReader(t *testing.T) {
	w := mapWriter{make(http.Header)}
	hooking(func(_ *gangplank.Writer, h http.Header) { h.Add("Set-Cookie", "b") })(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Set-Cookie", "a")
		w.Header().Set("Trailer", "X-Sum")
		w.WriteHeader(200)
		w.Header().Set("X-Sum", "1")
	})).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if got, want := fmt.Sprint(w.h["Set-Cookie"], w.h["X-Sum"]), "[a b] [1]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Whether there is a body depends on the request that the Writer was attached
// with: a cache that fills itself by a GET of its own, on a client's HEAD.
func TestSubrequestWithBody(t *testing.T) {
	page := attach(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "page") }))
	get(attach(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fill := r.Clone(r.Context())
		fill.Method = http.MethodGet
		rec := httptest.NewRecorder()
		page.ServeHTTP(rec, fill)
		if rec.Body.String() != "page" {
			t.Errorf("got %q", rec.Body)
		}
	})), "HEAD", "/")
}

// Fail finds out that the head is out even where the request lost its Context.
func TestFailAfterHeadWithoutContext(t *testing.T) {
	got := serveOnce(t, "GET", attach, func(w http.ResponseWriter, r *http.Request, _ *strings.Builder) {
		io.WriteString(w, "half a page")
		w.(http.Flusher).Flush()
		gangplank.Fail(w, r.WithContext(context.Background()), errors.New("x"))
	})
	if !strings.Contains(got, "unexpected EOF") {
		t.Errorf("a broken answer was read as complete: %s", got)
	}
}

// At the end the true status and length are known: not what the handler wrote,
// but what hooks made of it and what went out.
func TestAtEnd(t *testing.T) {
	var ends []string
	note := func(name string) gangplank.Middleware {
		return func(next http.Handler) http.Handler {
			return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
				w.AtEnd(func() { ends = append(ends, fmt.Sprint(name, w.Status(), w.Bytes(), w.Committed())) })
				next.ServeHTTP(w, r)
			})
		}
	}
	notModified := hooking(func(w *gangplank.Writer, _ http.Header) { w.Reset(); w.WriteHeader(http.StatusNotModified) })
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "page") })

	h := gangplank.NewChain(attach, note("outer "), note("inner ")).Then(page)
	get(h, "GET", "/")
	get(note("304 ")(notModified(page)), "GET", "/")
	if got, want := strings.Join(ends, "; "), "inner 200 4 true; outer 200 4 true; 304 304 0 true"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Complete tells a finished body from the beginning of one.
func TestComplete(t *testing.T) {
	for name, tt := range map[string]struct {
		body  []string
		flush bool
		want  bool
	}{
		"nothing":             {nil, false, true},
		"all that is held":    {[]string{"a", "b"}, false, true},
		"flushed":             {[]string{"a"}, true, false},
		"more than is held":   {[]string{strings.Repeat("x", 5000)}, false, false},
		"overflow at the end": {[]string{strings.Repeat("x", 4096), "y"}, false, false},
	} {
		var got bool
		h := gangplank.AttachedFunc(func(w *gangplank.Writer, _ *http.Request, _ *gangplank.Context) {
			w.BeforeHead(func(int, http.Header) { got = w.Complete() })
			for _, part := range tt.body {
				io.WriteString(w, part)
			}
			if tt.flush {
				w.Flush()
			}
		})
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		if got != tt.want {
			t.Errorf("%s: got %v, want %v", name, got, tt.want)
		}
	}
}

// A body that is shorter than declared must not look whole because its encoded
// form has another length.
func TestEncodeTooShort(t *testing.T) {
	double := hooking(func(w *gangplank.Writer, _ http.Header) {
		w.Encode(func(dst io.Writer) gangplank.Encoder { return doubled{dst} })
	})
	for _, flush := range []bool{false, true} {
		for _, body := range []string{"a", "refused"} {
			func() {
				defer func() {
					if v := recover(); v != http.ErrAbortHandler {
						t.Errorf("flushed: %v, %q: got panic %v", flush, body, v)
					}
				}()
				get(double(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set("Content-Length", "2")
					io.WriteString(w, body)
					if flush {
						w.(http.Flusher).Flush()
					}
				})), "GET", "/")
			}()
		}
	}
}
