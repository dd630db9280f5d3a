package lint_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/lint"
	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

// collect returns a Config and what it has collected.
func collect() (lint.Config, *[]lint.Finding) {
	var found []lint.Finding
	return lint.Config{Report: func(f lint.Finding) { found = append(found, f) }}, &found
}

// A goroutine that outlives its handler. Here it is one that the test runs when
// the handler has returned.
func TestAfterReturn(t *testing.T) {
	for _, tt := range []struct {
		desc string
		late func(w http.ResponseWriter, r *http.Request)
		want lint.Rule
	}{
		{"write", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "late") }, lint.WriteAfterReturn},
		{"status", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(500) }, lint.WriteAfterReturn},
		{"flush", func(w http.ResponseWriter, r *http.Request) { w.(http.Flusher).Flush() }, lint.WriteAfterReturn},
		{"read", func(w http.ResponseWriter, r *http.Request) { io.ReadAll(r.Body) }, lint.ReadAfterReturn},
		{"context", func(w http.ResponseWriter, r *http.Request) { gangplank.From(r).RequestID() }, ""},
	} {
		t.Run(tt.desc, func(t *testing.T) {
			cfg, found := collect()
			late := func() {}
			h := lint.New(cfg)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				late = func() { tt.late(w, r) }
			}))
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/", strings.NewReader("body")))
			if len(*found) > 0 {
				t.Fatalf("before: got %v, want none", *found)
			}
			late()
			if tt.want == "" {
				if len(*found) > 0 {
					t.Errorf("got %v, want none", *found)
				}
				return
			}
			if len(*found) == 0 || (*found)[0].Rule != tt.want || !strings.Contains((*found)[0].Detail, "lint_test.TestAfterReturn") {
				t.Errorf("got %v, want %s by this test's function", *found, tt.want)
			}
		})
	}
}

func badHandler(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
	w.WriteHeader(http.StatusNotFound)
}

func TestLogsOnce(t *testing.T) {
	var log bytes.Buffer
	h := lint.New(lint.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))})(http.HandlerFunc(badHandler))
	for range 3 {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/page", nil))
	}
	if n := strings.Count(log.String(), "\n"); n != 1 {
		t.Errorf("got %d lines, want 1:\n%s", n, &log)
	}
	for _, want := range []string{"level=WARN", "rule=superfluous-header", "layer=handler", "method=GET", "uri=/page"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("got %s, want %s in it", &log, want)
		}
	}
}

func TestIgnore(t *testing.T) {
	cfg, found := collect()
	cfg.Ignore = []lint.Rule{lint.SuperfluousHeader}
	h := lint.New(cfg)(http.HandlerFunc(badHandler))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	if len(*found) > 0 {
		t.Errorf("got %v, want none", *found)
	}
}

// A router's own chain is linted below the site's.
func TestNestedChains(t *testing.T) {
	cfg, found := collect()
	r := gangplank.New()
	r.Use(lint.Chain(gangplank.NewChain(hooking), cfg).Middleware())
	r.Get("/", badHandler)
	h := lint.Chain(gangplank.NewChain(attaching), cfg).Then(r)
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	if len(*found) != 1 || (*found)[0].Layer != "handler" {
		t.Errorf("got %v, want one finding, of the handler", *found)
	}
}

// The probes themselves change nothing.
func TestTransparent(t *testing.T) {
	cfg := lint.Config{Report: func(lint.Finding) {}}
	t.Run("one", func(t *testing.T) { middlewaretest.Run(t, lint.New(cfg)) })
	t.Run("chain", func(t *testing.T) {
		middlewaretest.Run(t, lint.Chain(gangplank.NewChain(attaching, hooking), cfg).Middleware(),
			middlewaretest.Fields("the chain sets it", "X-Hook"))
	})
}

// Setters of the Context of a request that carries none.
func TestSetDetached(t *testing.T) {
	cfg, found := collect()
	h := lint.New(cfg)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		gangplank.From(r).SetUser(gangplank.Identity{Name: "alice"})
	}))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	if len(*found) != 1 || (*found)[0].Rule != lint.SetDetached || !strings.Contains((*found)[0].Detail, "SetUser of a detached Context, by github.com/gangplank-web/gangplank/middleware/lint_test.TestSetDetached") {
		t.Errorf("got %v, want one finding, of this test's function", *found)
	}
	if gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) { h.ServeHTTP(w, r) }).
		ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)); len(*found) != 1 {
		t.Errorf("got %v for a request that is attached", *found)
	}
}

// A Router's layers are told apart, also those of what is mounted in it.
func TestRouter(t *testing.T) {
	cfg, found := collect()
	r := gangplank.New()
	r.Use(attaching)
	lint.Router(r, cfg)
	r.Get("/handler", badHandler)
	r.Route("/below", func(r *gangplank.Router) {
		r.Use(twice)
		r.Get("/", func(http.ResponseWriter, *http.Request) {})
	})
	for target, want := range map[string]string{"/handler": "handler", "/below/": "lint_test.twice"} {
		*found = nil
		r.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", target, nil))
		if len(*found) != 1 || (*found)[0].Layer != want || (*found)[0].Rule != lint.SuperfluousHeader {
			t.Errorf("%s: got %v, want one finding, of %s", target, *found, want)
		}
	}
}

// twice is a layer that decides twice.
func twice(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		badHandler(w, r)
	})
}
