package middlewaretest_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

// busy refuses all requests but those that say please.
func busy(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Please") == "" {
			http.Error(w, "busy", http.StatusServiceUnavailable)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func stamping(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Stamp", time.Now().String())
		next.ServeHTTP(w, r)
	})
}

func timingOut(next http.Handler) http.Handler { return http.TimeoutHandler(next, time.Hour, "") }

const (
	passes = "passes"
	fails  = "fails"
	left   = "is left out"
)

// Each option excuses what it is for, and nothing without it.
func TestOptions(t *testing.T) {
	please := middlewaretest.Request(func(r *http.Request) { r.Header.Set("X-Please", "1") })
	for _, tt := range []struct {
		desc string
		mw   func(http.Handler) http.Handler
		name string // of a case
		opt  middlewaretest.Option
		want string
	}{
		{"Request", busy, "write/implicit", please, passes},
		{"Fields", stamping, "write/implicit", middlewaretest.Fields("reason", "x-stamp"), passes},
		{"Fields of an interim response", stamping, "interim/early-hints", middlewaretest.Fields("reason", "X-Stamp"), passes},
		{"another field", stamping, "write/implicit", middlewaretest.Fields("reason", "X-Other"), fails},
		{"Answers", busy, "write/implicit", middlewaretest.Answers("reason", 429, 503), left},
		{"another status", busy, "write/implicit", middlewaretest.Answers("reason", 429), fails},
		{"Except", busy, "write/implicit", middlewaretest.Except("reason", "write/*"), left},
		{"another pattern", busy, "write/implicit", middlewaretest.Except("reason", "flush/*"), fails},
		{"Recovers, with a page", recoverer, "panic/nothing", middlewaretest.Allow("reason", middlewaretest.Recovers), passes},
		{"Recovers, with a clean end", recoverer, "panic/flushed", middlewaretest.Allow("reason", middlewaretest.Recovers), fails},
		{"Recovers, with an abort", swallowing, "panic/abort-nothing", middlewaretest.Allow("reason", middlewaretest.Recovers), fails},
		{"NoReadFrom", timingOut, "door/interfaces", middlewaretest.Allow("reason", middlewaretest.NoReadFrom), fails}, // nor Flush
		{"Buffers", timingOut, "flush/ticks", middlewaretest.Allow("reason", middlewaretest.Buffers), left},
	} {
		t.Run(tt.desc, func(t *testing.T) {
			if got := outcome(t, tt.mw, tt.name); got != fails {
				t.Errorf("without the option %s %s, want that it fails", tt.name, got)
			}
			if got := outcome(t, tt.mw, tt.name, tt.opt); got != tt.want {
				t.Errorf("%s %s, want that it %s", tt.name, got, tt.want)
			}
		})
	}
}

func outcome(t *testing.T, mw func(http.Handler) http.Handler, name string, options ...middlewaretest.Option) string {
	t.Helper()
	for _, c := range middlewaretest.Cases() {
		if c.Name != name {
			continue
		}
		err := middlewaretest.Check(t.Context(), mw, c, middlewaretest.Settings()[0], options...)
		var excused *middlewaretest.ExcusedError
		switch {
		case errors.As(err, &excused):
			return left
		case err != nil:
			return fails
		}
		return passes
	}
	t.Fatalf("no case %s", name)
	return ""
}
