package adaptertest_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/adapters/adaptertest"
)

// finalWriter swallows interim responses.
type finalWriter struct{ writer }

func (w finalWriter) FlushError() error { return http.NewResponseController(w.writer).Flush() }

func (w finalWriter) WriteHeader(status int) {
	if status < 100 || status >= 200 {
		w.writer.WriteHeader(status)
	}
}

// Excuses that a server does not need are found, and only those.
func TestNeedless(t *testing.T) {
	t.Parallel()
	srv := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Method = strings.ToUpper(r.Method)
		adaptertest.Handler().ServeHTTP(finalWriter{writer{w}}, r)
	}))
	target := adaptertest.Target{
		URL:         srv.URL,
		Differences: []adaptertest.Difference{adaptertest.NoTrailers, adaptertest.NoInformational, adaptertest.FrontRetries},
		Timeout:     time.Minute, // none of these hangs
		Except:      map[string]string{"method/get": "it becomes GET", "method/POST": "it does not"},
	}
	differences, cases := target.Needless(t.Context())
	if want := []adaptertest.Difference{adaptertest.FrontRetries, adaptertest.NoTrailers}; !slices.Equal(differences, want) {
		t.Errorf("got %q, want %q", differences, want)
	}
	if want := []string{"method/POST"}; !slices.Equal(cases, want) {
		t.Errorf("got %q, want %q", cases, want)
	}
}
