package adaptertest

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// finalWriter swallows interim responses.
type finalWriter struct{ http.ResponseWriter }

func (w finalWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
func (w finalWriter) Flush()                      { w.ResponseWriter.(http.Flusher).Flush() }
func (w finalWriter) FlushError() error {
	return http.NewResponseController(w.ResponseWriter).Flush()
}
func (w finalWriter) WriteString(s string) (int, error) {
	return io.WriteString(w.ResponseWriter, s)
}
func (w finalWriter) WriteHeader(status int) {
	if status < 100 || status >= 200 {
		w.ResponseWriter.WriteHeader(status)
	}
}

// Excuses that a server does not need are found, and only those.
func TestNeedless(t *testing.T) {
	t.Parallel()
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Method = strings.ToUpper(r.Method)
		Handler().ServeHTTP(finalWriter{w}, r)
	}))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.Start()
	defer srv.Close()
	target := Target{
		URL:         srv.URL,
		Differences: []Difference{NoTrailers, NoInformational, FrontRetries},
		Except:      map[string]string{"method/get": "it becomes GET", "method/POST": "it does not"},
	}
	want := []string{string(FrontRetries), string(NoTrailers), "method/POST: it does not"}
	if got := target.needless(t.Context()); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
