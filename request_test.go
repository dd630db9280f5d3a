package gangplank_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gangplank-web/gangplank"
)

type requestKey struct{}

// A context.Context leads back to the request that was attached.
func TestContextRequest(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	if got := gangplank.From(r).Request(); got != r {
		t.Errorf("detached: got %p, want %p", got, r)
	}
	gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
		inner := r.WithContext(context.WithValue(r.Context(), requestKey{}, 1))
		onlyContext := new(http.Request).WithContext(inner.Context())
		if got := gangplank.From(onlyContext).Request(); got != r || got != w.Request() {
			t.Errorf("attached: got %p, want %p", got, r)
		}
	}).ServeHTTP(httptest.NewRecorder(), r)
}
