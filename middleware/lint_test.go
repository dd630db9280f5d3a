package middleware_test

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/compress"
	"github.com/gangplank-web/gangplank/middleware/cors"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
	"github.com/gangplank-web/gangplank/middleware/lint"
	"github.com/gangplank-web/gangplank/middleware/ratelimit"
	"github.com/gangplank-web/gangplank/middleware/session"
)

// everything is a chain of all that goes into one, in the order of the package
// comment, with lint between all layers: whatever it finds is a failure.
func everything(t *testing.T) http.Handler {
	maintenance := new(middleware.Maintenance)
	chain := gangplank.NewChain(
		middleware.RequestID, middleware.ClientIP(middleware.ClientIPConfig{}), middleware.Logger(slog.New(slog.DiscardHandler)),
		middleware.Health(middleware.HealthConfig{}), middleware.ServerTiming(func(*http.Request) bool { return true }),
		middleware.SecureHeaders(middleware.SecurePages()), middleware.Header(middleware.HeaderConfig{Add: map[string][]string{"Link": {"</site.css>"}}}),
		middleware.ConditionalGET, compress.New(compress.Config{}), middleware.ErrorDocument(middleware.ErrorDocumentConfig{Pages: fstest.MapFS{"404.html": {Data: []byte("<h1>Gone astray")}}}), errorpage.New(errorpage.Config{}),
		maintenance.Handler, middleware.HostCheck("example.com"), middleware.CleanPath(middleware.CleanPathConfig{}),
		cors.New(cors.Config{Origins: []string{"https://app.example.com"}}),
		ratelimit.New(ratelimit.Config{Key: ratelimit.ByClientIP, Requests: 1000, Window: time.Minute}),
		middleware.Timeout(time.Minute), middleware.InFlight(middleware.InFlightConfig{Limit: 10}),
		middleware.BodyLimit(1<<10), middleware.Decompress(middleware.DecompressConfig{}), middleware.MethodOverride(), middleware.CSRF,
		session.New(session.Config{Keys: []session.Key{session.NewKey()}}), middleware.NoCache,
		middleware.ETag, middleware.MountRedirects,
		middleware.If(func(r *http.Request) bool { return r.URL.Path == "/login" }, middleware.NoCache),
	)
	return lint.Chain(chain, lint.Config{Report: func(f lint.Finding) { t.Error(f) }}).Then(endings)
}

// endings are the ways in which a handler can end.
var endings = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/page":
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, strings.Repeat("<p>A page.", 500))
	case "/nothing":
	case "/empty":
		w.WriteHeader(http.StatusNoContent)
	case "/hints":
		w.WriteHeader(http.StatusEarlyHints)
		io.WriteString(w, "hinted")
	case "/flush":
		http.NewResponseController(w).Flush()
		io.WriteString(w, "flushed")
		http.NewResponseController(w).Flush()
	case "/login":
		gangplank.From(r).Session().Set("user", "alice")
	case "/redirect":
		http.Redirect(w, r, "/page", http.StatusSeeOther)
	case "/body":
		if _, err := io.Copy(w, r.Body); err != nil {
			gangplank.Fail(w, r, err)
		}
	case "/error":
		io.WriteString(w, "half a page")
		gangplank.Fail(w, r, errors.New("it does not work"))
	case "/panic":
		panic("it does not work")
	default:
		http.NotFound(w, r)
	}
})

func TestLintFindsNothing(t *testing.T) {
	for _, method := range []string{"GET", "HEAD", "POST", "OPTIONS"} {
		h := everything(t)
		for _, path := range []string{"/page", "/nothing", "/empty", "/hints", "/flush", "/login", "/redirect", "/body", "/error", "/panic", "/none", "/livez", "/readyz", "/a//b"} {
			for _, field := range []string{"Accept: text/html", "Accept-Encoding: gzip", "Origin: https://app.example.com", "Origin: https://other.example", "Sec-Fetch-Site: cross-site", "If-None-Match: *", "Access-Control-Request-Method: PUT", "Content-Type: application/x-www-form-urlencoded", "Content-Encoding: gzip"} {
				r := httptest.NewRequest(method, path, strings.NewReader("body"))
				name, value, _ := strings.Cut(field, ": ")
				r.Header.Set(name, value)
				quiet(h).ServeHTTP(finalOnly{httptest.NewRecorder()}, r)
			}
		}
	}
}
