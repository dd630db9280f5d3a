package errorpage_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}

// site is a Router with an error page, and its log.
type site struct {
	*gangplank.Router
	log *buffer
}

// buffer may be written by several goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// newSite makes a site with h at every path.
func newSite(config errorpage.Config, h func(http.ResponseWriter, *http.Request) error) *site {
	s := &site{gangplank.New(), new(buffer)}
	s.Use(s.logging, errorpage.New(config))
	s.HandleFunc("/*", gangplank.Try(h))
	return s
}

func (s *site) logging(next http.Handler) http.Handler {
	logger := slog.New(slog.NewTextHandler(s.log, nil))
	return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
		c.SetLogger(logger)
		next.ServeHTTP(w, r)
	})
}

// ofKind returns a request that fails as no other does, since on a route of its own.
func (s *site) ofKind(kind string) *http.Request {
	s.HandleFunc("/of/"+kind, gangplank.Try(func(http.ResponseWriter, *http.Request) error { return errors.New("failed") }))
	return local("GET", "/of/"+kind)
}

// local is a request that may see the development page.
func local(method, target string, fields ...string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	r.RemoteAddr, r.Host = "127.0.0.1:1234", "localhost:8080"
	for i := 0; i < len(fields); i += 2 {
		r.Header.Add(fields[i], fields[i+1])
	}
	return r
}

// serve answers r, and returns what was panicked with too.
func (s *site) serve(r *http.Request) (rec *httptest.ResponseRecorder, panicked any) {
	rec = httptest.NewRecorder()
	defer func() { panicked = recover() }()
	s.ServeHTTP(rec, r)
	return rec, nil
}

func (s *site) get(t *testing.T, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	rec, panicked := s.serve(r)
	if panicked != nil {
		t.Fatalf("panic: %v", panicked)
	}
	return rec
}

// report is what the development page is made from.
func (s *site) report(t *testing.T, r *http.Request) errorpage.Report {
	t.Helper()
	r.Header.Set("Accept", "application/json")
	var problem struct{ Debug errorpage.Report }
	if err := json.Unmarshal(s.get(t, r).Body.Bytes(), &problem); err != nil {
		t.Fatal(err)
	}
	return problem.Debug
}

func has(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s lacks %q:\n%.3000s", what, part, text)
		}
	}
}

func hasNot(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(text, part) {
			i := strings.Index(text, part)
			t.Errorf("%s has %q: ...%s...", what, part, text[max(0, i-200):min(len(text), i+200)])
		}
	}
}

// newRecords are in a folder of the test's own, with nothing left to be written when
// that goes.
func newRecords(t *testing.T) *errorpage.Records {
	records := &errorpage.Records{Dir: t.TempDir()}
	t.Cleanup(func() { records.Flush(context.Background()) })
	return records
}
