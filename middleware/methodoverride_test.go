package middleware_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

const urlencoded = "application/x-www-form-urlencoded"

func form(method, contentType, body string) *http.Request {
	r := httptest.NewRequest(method, "/", strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	return r
}

// part is a part of a multipart form with the boundary "x".
func part(name, value string) string {
	return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n"
}

func TestMethodOverride(t *testing.T) {
	t.Parallel()
	const multi = "multipart/form-data; boundary=x"
	long := strings.Repeat("x", 5000)
	for _, tt := range []struct {
		desc, method, contentType, body, want string
	}{
		{"PUT", "POST", urlencoded, "_method=PUT&a=1", "PUT 1"},
		{"DELETE", "POST", urlencoded, "_method=DELETE&a=1", "DELETE 1"},
		{"lower case", "POST", urlencoded + "; charset=utf-8", "_method=patch&a=1", "PATCH 1"},
		{"escaped", "POST", urlencoded, "_method=%50UT&a=1", "PUT 1"},
		{"POST", "POST", urlencoded, "_method=post&a=1", "POST 1"},
		{"nothing", "POST", urlencoded, "_method=&a=1", "POST 1"},
		{"without", "POST", urlencoded, "a=1", "POST 1"},
		{"not the first", "POST", urlencoded, "a=1&_method=PUT", "PUT 1"},
		{"two", "POST", urlencoded, "_method=PUT&_method=DELETE&a=1", "PUT 1"},
		{"behind the window", "POST", urlencoded, "a=1&b=" + long + "&_method=PUT", "POST 1"},
		{"before a long field", "POST", urlencoded, "_method=DELETE&a=" + long, "DELETE " + long},
		{"cut off by the window", "POST", urlencoded, "a=1&b=" + long[:4096-15] + "&_method=DELETE", "POST 1"},
		{"a safe method", "POST", urlencoded, "_method=GET", "400"},
		{"another method", "POST", urlencoded, "_method=PURGE", "400"},
		{"no method", "POST", urlencoded, "_method=%zz", "400"},
		{"a name that ends alike", "POST", urlencoded, "x_method=PUT&a=1", "POST 1"},
		{"not POST", "PATCH", urlencoded, "_method=DELETE&a=1", "PATCH 1"},
		{"not a form", "POST", "application/json", "_method=DELETE", "POST "},
		{"no type", "POST", "", "_method=DELETE", "POST "},
		{"parts", "POST", multi, part("_method", "PUT") + part("a", "1") + "--x--\r\n", "PUT 1"},
		{"parts, DELETE", "POST", multi, part("_method", "delete") + part("a", long) + "--x--\r\n", "DELETE " + long},
		{"parts, behind the window", "POST", multi, part("a", long) + part("_method", "PUT") + "--x--\r\n", "POST " + long},
		{"parts, a file of that name", "POST", multi, part(`_method"; filename="f`, "PUT") + part("a", "1") + "--x--\r\n", "POST 1"},
		{"parts, cut off", "POST", multi, part("_method", long) + part("a", "1") + "--x--\r\n", "POST 1"},
	} {
		rec := answer(middleware.MethodOverride(), form(tt.method, tt.contentType, tt.body), func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, r.Method, " ", r.FormValue("a"))
		})
		got := rec.Body.String()
		if rec.Code != 200 {
			got = fmt.Sprint(rec.Code)
		}
		if got != tt.want {
			t.Errorf("%s: got %.40q, want %.40q", tt.desc, got, tt.want)
		}
	}
}

// The handler that reads the body itself gets all of it, and the outer layers
// keep their request.
func TestMethodOverrideKeepsBody(t *testing.T) {
	t.Parallel()
	body := "_method=PUT&" + strings.Repeat("x", 10_000)
	r := form("POST", urlencoded, body)
	rec := answer(middleware.MethodOverride("PUT"), r, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != "PUT" {
			t.Errorf("got %s", r.Method)
		}
		_, _ = io.Copy(w, r.Body)
	})
	if rec.Body.String() != body || r.Method != "POST" {
		t.Errorf("got %d bytes of %d, and %s outside", rec.Body.Len(), len(body), r.Method)
	}
}

func TestMethodOverrideLimits(t *testing.T) {
	t.Parallel()
	r := form("POST", urlencoded, "_method=DELETE&a="+strings.Repeat("x", 10_000))
	r.Body = http.MaxBytesReader(nil, r.Body, 5000)
	if rec := answer(middleware.MethodOverride(), r, greet); rec.Code != 413 {
		t.Errorf("too large a form: got %d", rec.Code)
	}
	if rec := answer(middleware.MethodOverride("PUT"), form("POST", urlencoded, "_method=DELETE"), greet); rec.Code != 400 {
		t.Errorf("a method that is not among the given: got %d", rec.Code)
	}
	broken := errors.New("connection reset")
	r = form("POST", urlencoded, "")
	r.Body = io.NopCloser(io.MultiReader(strings.NewReader("_method=PUT"), errorReader{broken}))
	answer(middleware.MethodOverride(), r, func(w http.ResponseWriter, r *http.Request) {
		if p, err := io.ReadAll(r.Body); string(p) != "_method=PUT" || err != broken {
			t.Errorf("the handler read %q and %v", p, err)
		}
	})
	wantPanic(t, func() { middleware.MethodOverride("GET", "put", "a b") },
		"middleware.MethodOverride: GET must not", `"put" is not`, `"a b" is not`)
}

type errorReader struct{ err error }

func (r errorReader) Read([]byte) (int, error) { return 0, r.err }

func TestMethodOverrideTransparent(t *testing.T) {
	t.Parallel()
	middlewaretest.Run(t, middleware.MethodOverride(), middlewaretest.Request(func(r *http.Request) { r.Header.Set("Content-Type", urlencoded) }),
		middlewaretest.Except("the first 4 KiB of a form are waited for", "deadline/read", "duplex/conversation"))
}

func ExampleMethodOverride() {
	m := middleware.MethodOverride("DELETE")
	h := m(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Println(r.Method, r.FormValue("page")) }))
	r := httptest.NewRequest("POST", "/", strings.NewReader("_method=DELETE&page=Front"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	h.ServeHTTP(httptest.NewRecorder(), r)
	// Output: DELETE Front
}
