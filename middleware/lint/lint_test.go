package lint_test

import (
	"context"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/lint"
)

// The guilty ones make the server complain as well.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	os.Exit(m.Run())
}

// site is a chain of three, of which the middle one is on trial.
func site(suspect gangplank.Middleware) gangplank.Chain {
	return gangplank.NewChain(attaching).Named("suspect", suspect).Append(hooking)
}

func innocent(next http.Handler) http.Handler { return next }

func attaching(next http.Handler) http.Handler {
	return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) { next.ServeHTTP(w, r) })
}

func hooking(next http.Handler) http.Handler {
	return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
		w.BeforeHead(func(_ int, h http.Header) { h.Set("X-Hook", "1") })
		next.ServeHTTP(w, r)
	})
}

// serving makes a layer that answers in place of what is inside it.
func serving(h http.HandlerFunc) gangplank.Middleware {
	return func(http.Handler) http.Handler { return h }
}

// findings serves one request over HTTP and returns what was found, as "layer: rule".
func findings(t *testing.T, request *http.Request, chain gangplank.Chain, h http.HandlerFunc) []string {
	t.Helper()
	var mu sync.Mutex
	var found []string
	cfg := lint.Config{Report: func(f lint.Finding) {
		mu.Lock()
		defer mu.Unlock()
		t.Log(f)
		found = append(found, f.Layer+": "+string(f.Rule))
	}}
	srv := httptest.NewUnstartedServer(lint.Chain(chain, cfg).ThenFunc(h))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.Start()
	request = request.Clone(t.Context())
	request.URL.Scheme, request.URL.Host, request.RequestURI = "http", srv.Listener.Addr().String(), ""
	if res, err := srv.Client().Do(request); err == nil {
		if res.StatusCode != http.StatusSwitchingProtocols { // of which nobody knows the end
			io.Copy(io.Discard, res.Body)
		}
		res.Body.Close()
	}
	srv.Close()
	mu.Lock()
	defer mu.Unlock()
	return found
}

func get() *http.Request { return httptest.NewRequest("GET", "/", nil) }

// Faults that a handler commits, and a layer that answers itself.
var callFaults = []struct {
	rule lint.Rule
	h    http.HandlerFunc
}{
	{lint.InvalidStatus, func(w http.ResponseWriter, r *http.Request) {
		defer func() { recover() }()
		w.WriteHeader(42)
	}},
	{lint.SuperfluousHeader, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(200); w.WriteHeader(404) }},
	{lint.HeadAfterBody, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "body"); w.WriteHeader(404) }},
	{lint.LateField, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "body"); w.Header().Set("X-Late", "1") }},
	{lint.LateField, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(200)
		w.Header().Set("X-Late", "1")
		w.Write(make([]byte, 10_000))
		http.NewResponseController(w).Flush()
	}},
	{lint.BodyNotAllowed, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204); io.WriteString(w, "body") }},
	{lint.WrongLength, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "9")
		io.WriteString(w, "body")
	}},
	{lint.WrongLength, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1")
		io.WriteString(w, "body")
	}},
	{lint.WrongLength, func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Content-Length", "9") }},
	{lint.WrongLength, lengths(http.StatusOK, "abc")},
	{lint.WrongLength, lengths(http.StatusOK, "-5")},
	{lint.WrongLength, lengths(http.StatusOK, "+0")},
	{lint.WrongLength, lengths(http.StatusOK, "")},
	{lint.WrongLength, lengths(http.StatusOK, "99999999999999999999")},
	{lint.WrongLength, lengths(http.StatusOK, "0", "1")},
	{lint.WrongLength, lengths(http.StatusOK, "0, 0")},
	{lint.WrongLength, lengths(http.StatusNotModified, "abc")},
	{lint.WrongLength, lengths(http.StatusNoContent, "5")},
	{lint.WrongLength, lengths(http.StatusNoContent, "0")},
	{lint.BadFieldName, func(w http.ResponseWriter, r *http.Request) { w.Header()["X Name"] = []string{"1"} }},
	{lint.NotCanonical, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["content-type"] = []string{"text/html"}
		io.WriteString(w, "body")
	}},
	{lint.NotCanonical, func(w http.ResponseWriter, r *http.Request) { w.Header()["ETag"] = []string{`"1"`} }},
	{lint.SeveralValues, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Content-Type"] = []string{"text/html", "text/plain"}
		io.WriteString(w, "body")
	}},
	{lint.SeveralValues, func(w http.ResponseWriter, r *http.Request) { w.Header()["Location"] = []string{"/a", "/a"} }},
	{lint.NotHijacked, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "another")
		w.WriteHeader(http.StatusSwitchingProtocols)
	}},
	{lint.BadFieldValue, func(w http.ResponseWriter, r *http.Request) { w.Header().Set("X-Name", "a\r\nb") }},
	{lint.BadSetCookie, func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Set-Cookie", "no equals sign") }},
	{lint.HopByHop, func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Keep-Alive", "timeout=5") }},
	{lint.RequestModified, func(w http.ResponseWriter, r *http.Request) { r.URL.Path = "/elsewhere" }},
	{lint.RequestModified, func(w http.ResponseWriter, r *http.Request) { r.Header.Set("X-Seen", "1") }},
}

// lengths is an answer without a body that has these Content-Lengths.
func lengths(status int, values ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Content-Length"] = values
		w.WriteHeader(status)
	}
}

func TestCallFaults(t *testing.T) {
	for _, tt := range callFaults {
		t.Run(string(tt.rule), func(t *testing.T) {
			if got, want := findings(t, get(), site(innocent), tt.h), []string{"handler: " + string(tt.rule)}; !slices.Equal(got, want) {
				t.Errorf("a guilty handler: got %q, want %q", got, want)
			}
			if got, want := findings(t, get(), site(serving(tt.h)), tt.h), []string{"suspect: " + string(tt.rule)}; !slices.Equal(got, want) {
				t.Errorf("a guilty layer: got %q, want %q", got, want)
			}
		})
	}
}

// A layer that spoils the fields and then calls the next is to blame for them, and
// not the handler, with which they go out; nor is it where they are set right.
func TestEarlyFields(t *testing.T) {
	spoiling := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header()["etag"] = []string{`"1"`}
			w.Header()["Content-Type"] = []string{"text/html", "text/plain"}
			w.Header().Set("X-Name", "a\nb")
			w.Header().Set("Keep-Alive", "timeout=5")
			next.ServeHTTP(w, r)
		})
	}
	got := findings(t, get(), site(spoiling), plain)
	slices.Sort(got)
	want := []string{"suspect: bad-field-value", "suspect: hop-by-hop", "suspect: not-canonical", "suspect: several-values"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := findings(t, get(), site(spoiling), func(w http.ResponseWriter, r *http.Request) {
		clear(w.Header())
		plain(w, r)
	}); got != nil {
		t.Errorf("set right: got %q, want none", got)
	}
}

// Faults of a layer with what passes through it.
var passingFaults = []struct {
	rule    lint.Rule
	suspect func(w http.ResponseWriter, r *http.Request, next http.Handler)
	h       http.HandlerFunc
}{
	{lint.FlushSwallowed, func(w http.ResponseWriter, r *http.Request, next http.Handler) { next.ServeHTTP(deaf{w}, r) }, streaming},
	{lint.InterimLost, func(w http.ResponseWriter, r *http.Request, next http.Handler) { next.ServeHTTP(final{w}, r) }, hinting},
	{lint.AbortSwallowed, recovering, func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }},
	{lint.PanicHidden, recovering, func(w http.ResponseWriter, r *http.Request) { streaming(w, r); panic("late") }},
	{lint.RequestModified, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		r.Host = "elsewhere"
		next.ServeHTTP(w, r)
	}, plain},
	{lint.ContextLost, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(w, r.WithContext(context.Background()))
	}, plain},
	{lint.LateField, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(w, r)
		w.Header().Set("X-Late", "1")
	}, streaming},
	{lint.WrongLength, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(w, r)
		io.WriteString(w, "<!-- footer -->")
	}, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "4")
		io.WriteString(w, "body")
	}},
}

type deaf struct{ http.ResponseWriter }

func (deaf) Flush() {}

type final struct{ http.ResponseWriter }

func (w final) WriteHeader(status int) {
	if status >= 200 {
		w.ResponseWriter.WriteHeader(status)
	}
}

func plain(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "body") }

func streaming(w http.ResponseWriter, r *http.Request) {
	io.WriteString(w, "body")
	http.NewResponseController(w).Flush()
}

func hinting(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusEarlyHints)
	io.WriteString(w, "body")
}

func recovering(w http.ResponseWriter, r *http.Request, next http.Handler) {
	defer func() { recover() }()
	next.ServeHTTP(w, r)
}

func TestPassingFaults(t *testing.T) {
	for _, tt := range passingFaults {
		t.Run(string(tt.rule), func(t *testing.T) {
			suspect := func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { tt.suspect(w, r, next) })
			}
			if got, want := findings(t, get(), site(suspect), tt.h), []string{"suspect: " + string(tt.rule)}; !slices.Equal(got, want) {
				t.Errorf("guilty: got %q, want %q", got, want)
			}
			if got := findings(t, get(), site(innocent), tt.h); got != nil {
				t.Errorf("innocent: got %q, want none", got)
			}
		})
	}
}
