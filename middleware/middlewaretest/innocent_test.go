package middlewaretest_test

import (
	"net/http"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

// What does nothing is transparent, and what was done right is.
func TestInnocent(t *testing.T) {
	for _, tt := range []struct {
		desc    string
		mw      func(http.Handler) http.Handler
		options []middlewaretest.Option
	}{
		{desc: "nothing", mw: func(next http.Handler) http.Handler { return next }},
		{desc: "attaching", mw: attaching},
		{
			desc: "hook", mw: hook,
			options: []middlewaretest.Option{middlewaretest.Fields("it is what it is for", "X-Version")},
		},
	} {
		t.Run(tt.desc, func(t *testing.T) {
			t.Parallel()
			middlewaretest.Run(t, tt.mw, tt.options...)
		})
	}
}

func attaching(next http.Handler) http.Handler {
	return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) { next.ServeHTTP(w, r) })
}

func hook(next http.Handler) http.Handler {
	return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
		w.BeforeHead(func(_ int, h http.Header) { h.Set("X-Version", "1") })
		next.ServeHTTP(w, r)
	})
}
