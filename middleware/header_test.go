package middleware_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

// serve answers a request with handler inside of m.
func answer(m gangplank.Middleware, r *http.Request, handler http.HandlerFunc) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	m(handler).ServeHTTP(rec, r)
	return rec
}

func request(target string) *http.Request { return httptest.NewRequest("GET", target, nil) }

func greet(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "Hello!\n") }

func TestHeader(t *testing.T) {
	t.Parallel()
	m := middleware.Header(middleware.HeaderConfig{
		Set:     map[string]string{"x-set": "ours"},
		Default: map[string]string{"X-Default": "ours", "X-Given": "ours", "X-None": "ours"},
		Add:     map[string][]string{"Vary": {"Cookie"}, "Link": {"a", "b"}},
		Remove:  []string{"x-powered-by"},
	})
	rec := answer(m, request("/"), func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Set", "theirs")
		h.Set("X-Given", "theirs")
		h["X-None"] = nil
		h.Set("X-Powered-By", "me")
		h.Set("Vary", "Accept")
		w.WriteHeader(http.StatusNoContent)
	})
	want := http.Header{
		"X-Set": {"ours"}, "X-Default": {"ours"}, "X-Given": {"theirs"}, "X-None": nil,
		"Vary": {"Accept", "Cookie"}, "Link": {"a", "b"},
	}
	if got := rec.Result().Header; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Not even the server adds what is removed.
func TestHeaderRemove(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(middleware.Header(middleware.HeaderConfig{Remove: []string{"date", "content-type", "server"}})(http.HandlerFunc(greet)))
	defer srv.Close()
	res, err := srv.Client().Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if want := (http.Header{"Content-Length": {"7"}}); !reflect.DeepEqual(res.Header, want) {
		t.Errorf("got %v, want %v", res.Header, want)
	}
}

// A field that an outer layer edits in place must not change the next response
// (a fault of rs/cors).
func TestHeaderSharesNothing(t *testing.T) {
	t.Parallel()
	links := []string{"a", "b"}
	m := middleware.Header(middleware.HeaderConfig{
		Set: map[string]string{"X-Set": "ours"}, Add: map[string][]string{"Link": links},
	})
	links[0] = "changed after the construction"
	for range 2 {
		h := answer(m, request("/"), greet).Header()
		if got := fmt.Sprint(h["X-Set"], h["Link"]); got != "[ours] [a b]" {
			t.Errorf("got %s, want [ours] [a b]", got)
		}
		h["X-Set"][0], h["Link"][0] = "edited", "edited"
	}
}

func TestHeaderOnErrors(t *testing.T) {
	t.Parallel()
	m := middleware.Header(middleware.HeaderConfig{Set: map[string]string{"Cache-Control": "no-store"}})
	rec := answer(m, request("/"), gangplank.Try(func(http.ResponseWriter, *http.Request) error {
		return gangplank.Error(http.StatusTeapot, "")
	}))
	if got := rec.Header().Get("Cache-Control"); got != "no-store" || rec.Code != http.StatusTeapot {
		t.Errorf("got status %d and Cache-Control %q", rec.Code, got)
	}
}

func TestHeaderConfig(t *testing.T) {
	t.Parallel()
	wantPanic(t, func() {
		middleware.Header(middleware.HeaderConfig{
			Set:     map[string]string{"a b": "1", "Content-Length": "3", "Vary": "Origin", "X": "a\r\nSet-Cookie: b"},
			Default: map[string]string{"x": "2"},
			Remove:  []string{"set-cookie", "Te"},
		})
	}, "middleware.Header: ", `"a b" is not a field name`, "Content-Length belongs to the server", "Set: Vary has values of other layers",
		`"a\r\nSet-Cookie: b" is not a field value`, "Default: X is in Set already", "Remove: Set-Cookie has", "Te belongs")
}

func TestHeaderTransparent(t *testing.T) {
	t.Parallel()
	middlewaretest.Run(t, middleware.Header(middleware.HeaderConfig{Set: map[string]string{"X-Set": "1"}}),
		middlewaretest.Fields("it is what it is for", "X-Set"))
}

func ExampleHeader() {
	m := middleware.Header(middleware.HeaderConfig{
		Default: map[string]string{"Cache-Control": "private"},
		Remove:  []string{"X-Powered-By"},
	})
	rec := httptest.NewRecorder()
	m(http.HandlerFunc(greet)).ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
	fmt.Println(rec.Header().Get("Cache-Control"))
	// Output: private
}
