package adaptertest_test

import (
	"net/http"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/adaptertest"
)

// attach puts a Context and its Writer under h.
func attach(h http.Handler) http.Handler {
	return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) { h.ServeHTTP(w, r) })
}

// Attaching must not be seen: the Writer is as good as net/http's own.
func TestAttached(t *testing.T) {
	adaptertest.Run(t, adaptertest.Target{URL: serve(t, attach(adaptertest.Handler())).URL, Attached: true})
}

func TestAttachedMounted(t *testing.T) {
	h := http.StripPrefix("/some/mount", attach(adaptertest.Handler()))
	adaptertest.Run(t, adaptertest.Target{URL: serve(t, h).URL + "/some/mount", Attached: true})
}

// foreign is what somebody else's middleware puts around the writer.
type foreign struct{ http.ResponseWriter }

func (f foreign) Unwrap() http.ResponseWriter { return f.ResponseWriter }

// A second Writer, around a foreign wrapper, must not be seen either. (The
// wrapper itself hides Flusher, WriteString and ReadFrom: they come back.)
func TestAttachedTwice(t *testing.T) {
	between := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(foreign{w}, r) })
	}
	h := attach(between(attach(adaptertest.Handler())))
	adaptertest.Run(t, adaptertest.Target{URL: serve(t, h).URL, Attached: true})
}
