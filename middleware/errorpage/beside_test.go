package errorpage_test

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// beside serves one request from this machine with what stands around the page,
// and inside of it. log gets the lines.
func beside(log *strings.Builder, config errorpage.Config, outside, inside gangplank.Middleware, h http.HandlerFunc) *http.Response {
	rec := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "http://localhost/", nil)
	r.RemoteAddr = "127.0.0.1:1234"
	r.Header.Set("Accept", "text/html")
	chain := gangplank.NewChain(middleware.Logger(slog.New(slog.NewTextHandler(log, nil))), outside, errorpage.New(config), inside)
	chain.Then(h).ServeHTTP(rec, r)
	return rec.Result()
}

func nothing(next http.Handler) http.Handler { return next }

type incomparable []string

func panicsInTime(http.ResponseWriter, *http.Request)       { panic("oh no") }
func panicsIncomparably(http.ResponseWriter, *http.Request) { panic(incomparable{}) }

// The stack of a panic is the handler's, also where Timeout has it run on a
// goroutine of its own.
func TestPanicBehindTimeout(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{"panicsInTime": panicsInTime, "panicsIncomparably": panicsIncomparably} {
		var log strings.Builder
		res := beside(&log, errorpage.Config{}, nothing, middleware.Timeout(time.Minute), h)
		failed := regexp.MustCompile(`msg="request failed".*`).FindString(log.String())
		if res.StatusCode != 500 || !strings.Contains(failed, `stack="github.com/gangplank-web/gangplank/middleware/errorpage_test.`+name) {
			t.Errorf("%s: %d, log %s", name, res.StatusCode, failed)
		}
	}
}

// A time-out is a failure to look into, although its status is that of a refusal.
func TestTimeoutIsRecorded(t *testing.T) {
	for _, tt := range []struct {
		desc string
		err  error
		want string
	}{
		{"maintenance", gangplank.Error(503, "").Because(errors.New("on")), "level=WARN msg=\"request refused\""},
		{"a time-out", gangplank.Error(503, "").Because(http.ErrHandlerTimeout), "level=ERROR msg=\"request failed\""},
	} {
		var log strings.Builder
		beside(&log, errorpage.Config{}, nothing, nothing, func(w http.ResponseWriter, r *http.Request) { gangplank.Fail(w, r, tt.err) })
		if !strings.Contains(log.String(), tt.want) {
			t.Errorf("%s: got %s, want %s", tt.desc, &log, tt.want)
		}
	}
}

type itself struct{}

func (itself) Error() string   { return "its own cause" }
func (e itself) Unwrap() error { return e }

// An error without an end has a page, returned or in a panic.
func TestEndlessError(t *testing.T) {
	for _, development := range []bool{false, true} {
		for desc, h := range map[string]http.HandlerFunc{
			"returned": func(w http.ResponseWriter, r *http.Request) { gangplank.Fail(w, r, itself{}) },
			"panic":    func(http.ResponseWriter, *http.Request) { panic(itself{}) },
		} {
			var log strings.Builder
			res := beside(&log, errorpage.Config{Development: development}, nothing, nothing, h)
			if res.StatusCode != 500 || !strings.Contains(log.String(), "its own cause") {
				t.Errorf("%s, development %v: %d, log %s", desc, development, res.StatusCode, &log)
			}
		}
	}
}

var (
	policyNonce = regexp.MustCompile(`'nonce-([^']+)'`)
	pageNonce   = regexp.MustCompile(`nonce="([^"]*)"`)
)

// The page's script and style run under the policy that is sent, whichever layer
// has the last word about it.
func TestNonceOfThePolicyOutside(t *testing.T) {
	hook := func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
			const policy = "script-src 'nonce-hooked'; style-src 'nonce-hooked'"
			w.Header().Set("Content-Security-Policy", policy)
			w.BeforeHead(func(_ int, h http.Header) { h.Set("Content-Security-Policy", policy) })
			next.ServeHTTP(w, r)
		})
	}
	for desc, outside := range map[string]gangplank.Middleware{
		"none": nothing, "SecureHeaders": middleware.SecureHeaders(middleware.SecurePages()), "a hook": hook,
	} {
		var log strings.Builder
		res := beside(&log, errorpage.Config{Development: true}, outside, nothing, func(w http.ResponseWriter, r *http.Request) { panic("oh no") })
		page := new(strings.Builder)
		if err := res.Write(page); err != nil {
			t.Fatal(err)
		}
		promised := policyNonce.FindStringSubmatch(res.Header.Get("Content-Security-Policy"))
		used := pageNonce.FindAllStringSubmatch(page.String(), -1)
		if promised == nil || len(used) < 2 {
			t.Fatalf("%s: policy %q, nonces %q", desc, res.Header.Get("Content-Security-Policy"), used)
		}
		for _, nonce := range used {
			if nonce[1] != promised[1] {
				t.Errorf("%s: the policy has nonce %q, the page %q", desc, promised[1], nonce[1])
			}
		}
	}
}
