package gangplank_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sort"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/go-chi/chi/v5"
	chimw "github.com/go-chi/chi/v5/middleware"
)

// say is a handler that tells what the router made of the request.
func say(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := gangplank.From(r)
		name := ""
		if c.Route() != nil {
			name = c.Route().GetName()
		}
		fmt.Fprintf(w, "%s name=%s pattern=%s id=%s/%s", text, name, c.Pattern(), r.PathValue("id"), chi.URLParam(r, "id"))
	}
}

func get(h http.Handler, method, target string) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest(method, target, nil))
	return rec
}

func site() *gangplank.Router {
	r := gangplank.New()
	r.Get("/", say("home")).Name("home")
	r.Get("/u/{id}", say("user")).Name("user")
	r.Post("/u/{id}", say("change"))
	r.Get("/n/{id:[0-9]+}", say("number")).Name("number")
	r.Head("/own", func(w http.ResponseWriter, r *http.Request) { w.Header().Set("X-Own", "1") })
	r.Get("/own", say("own"))
	r.Handle("PUT /put", say("put"))
	r.Group(func(r *gangplank.Router) {
		r.Use(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("X-Group", "1")
				next.ServeHTTP(w, r)
			})
		})
		r.Get("/grouped", say("grouped")).Name("grouped")
	})
	r.Route("/admin/{org}", func(r *gangplank.Router) {
		r.Get("/", say("admin")).Name("admin")
		r.Get("/files/*", say("file")).Name("file")
	})
	foreign := chi.NewRouter()
	foreign.Get("/page/{id}", say("foreign"))
	r.Mount("/chi", foreign)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /mux/{id}", say("mux"))
	r.Mount("/mux", mux)
	return r
}

func TestRouter(t *testing.T) {
	for _, c := range []struct {
		method, target string
		code           int
		body           string
		allow          string
	}{
		{"GET", "/", 200, "home name=home pattern=/ id=/", ""},
		{"GET", "/u/7", 200, "user name=user pattern=/u/{id} id=7/7", ""},
		{"POST", "/u/7", 200, "change name= pattern=/u/{id} id=7/7", ""},
		{"GET", "/u/a%20b", 200, "user name=user pattern=/u/{id} id=a b/a b", ""},
		{"GET", "/u/a%2Fb", 200, "user name=user pattern=/u/{id} id=a/b/a%2Fb", ""},
		{"GET", "/u/100%2525", 200, "user name=user pattern=/u/{id} id=100%25/100%25", ""},
		{"GET", "/n/12", 200, "number name=number pattern=/n/{id:[0-9]+} id=12/12", ""},
		{"GET", "/n/x", 404, "404 Not Found\n", ""},
		{"DELETE", "/u/7", 405, "405 Method Not Allowed\n", "GET, HEAD, POST"},
		{"PUT", "/put", 200, "put name= pattern=/put id=/", ""},
		{"HEAD", "/put", 405, "405 Method Not Allowed\n", "PUT"},
		{"GET", "/grouped", 200, "grouped name=grouped pattern=/grouped id=/", ""},
		{"GET", "/admin/acme", 200, "admin name=admin pattern=/admin/{org}/ id=/", ""},
		{"GET", "/admin/acme/files/a/b", 200, "file name=file pattern=/admin/{org}/files/* id=/", ""},
		{"POST", "/admin/acme", 405, "405 Method Not Allowed\n", "GET, HEAD"},
		{"POST", "/chi/page/3", 405, "405 Method Not Allowed\n", "GET"},
		{"POST", "/admin/acme/files/a", 405, "405 Method Not Allowed\n", "GET, HEAD"},
		{"GET", "/admin/acme/nothing", 404, "404 Not Found\n", ""},
		{"GET", "/chi/page/3", 200, "foreign name= pattern=/chi/page/{id} id=3/3", ""},
		{"GET", "/chi/none", 404, "404 Not Found\n", ""},
		{"GET", "/mux/3", 200, "mux name= pattern=/mux/* id=3/", ""},
		{"BREW", "/", 405, "405 Method Not Allowed\n", "GET, HEAD"},
	} {
		rec := get(site(), c.method, c.target)
		if rec.Code != c.code || rec.Body.String() != c.body || rec.Header().Get("Allow") != c.allow {
			t.Errorf("%s %s: got %d %q Allow %q, want %d %q Allow %q", c.method, c.target,
				rec.Code, rec.Body, rec.Header().Get("Allow"), c.code, c.body, c.allow)
		}
	}
}

// A path value is decoded for the routes of a Group too.
func TestPathValueInGroup(t *testing.T) {
	r := gangplank.New()
	r.Group(func(r *gangplank.Router) { r.Get("/u/{id}", say("grouped")) })
	if got, want := get(r, "GET", "/u/a%2Fb").Body.String(), "grouped name= pattern=/u/{id} id=a/b/a%2Fb"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// HEAD is answered by the GET route with its header and without its body,
// through a real server.
func TestRouterHead(t *testing.T) {
	server := httptest.NewServer(site())
	defer server.Close()
	for target, want := range map[string]string{
		"/":           "200 29",
		"/own":        "200 -1 own",
		"/admin/x/":   "200 43",
		"/chi/page/3": "405 23",
	} {
		res, err := server.Client().Head(server.URL + target)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		got := fmt.Sprint(res.StatusCode, res.ContentLength)
		if res.Header.Get("X-Own") != "" {
			got += " own"
		}
		if got != want {
			t.Errorf("HEAD %s: %s, want %s", target, got, want)
		}
	}
}

func TestURL(t *testing.T) {
	var mounts = map[string]func(http.Handler) http.Handler{
		"":         func(h http.Handler) http.Handler { return h },
		"/a b/app": func(h http.Handler) http.Handler { return http.StripPrefix("/a b/app", h) },
		"/outer": func(h http.Handler) http.Handler {
			mux := chi.NewRouter()
			mux.Mount("/outer", h)
			return mux
		},
		"/inner": func(h http.Handler) http.Handler {
			r := gangplank.New()
			r.Mount("/inner", h) // not wrapped: names go up to r
			return r
		},
		"/hidden": func(h http.Handler) http.Handler {
			r := gangplank.New()
			r.Handle("/hidden/*", http.StripPrefix("/hidden", h))
			return r
		},
		"/script.cgi": func(h http.Handler) http.Handler {
			return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
				c.SetGateway(&gangplank.Gateway{ScriptName: "/script.cgi"})
				r.URL.Path = strings.TrimPrefix(r.URL.Path, "/script.cgi")
				r.URL.RawPath = strings.TrimPrefix(r.URL.RawPath, "/script.cgi")
				h.ServeHTTP(w, r)
			})
		},
	}
	for _, c := range []struct {
		route  string
		params []any
		want   string // or the error, after !
	}{
		{"home", nil, "/"},
		{"user", []any{"id", "Front Page"}, "/u/Front%20Page"},
		{"user", []any{"id", "a/b?c%"}, "/u/a%2Fb%3Fc%25"},
		{"number", []any{"id", 7}, "/n/7"},
		{"admin", []any{"org", "acme"}, "/admin/acme/"},
		{"file", []any{"org", "acme", "*", "x/ü y.txt"}, "/admin/acme/files/x/%C3%BC%20y.txt"},
		{"file", []any{"org", "acme"}, "/admin/acme/files/"},
		{"grouped", nil, "/grouped"},
		{"nowhere", nil, `!gangplank: URL: there is no route "nowhere"`},
		{"user", nil, `!gangplank: URL of route "user": parameter "id" is missing`},
		{"user", []any{"id", ""}, `!gangplank: URL of route "user": parameter "id" is empty`},
		{"user", []any{"id", ".."}, `!gangplank: URL of route "user": parameter "id": ".." would be resolved as a relative path`},
		{"user", []any{"id"}, `!gangplank: URL of route "user": parameters must come as pairs of name and value, got 1`},
		{"number", []any{"id", "x"}, `!gangplank: URL of route "number": parameter "id": "x" does not match [0-9]+`},
		{"home", []any{"id", "x"}, `!gangplank: URL of route "home": / has no parameter "id"`},
	} {
		for mount, wrap := range mounts {
			var got string
			inner := site()
			inner.Get("/ask", func(w http.ResponseWriter, r *http.Request) {
				u, err := gangplank.URLFor(r, c.route, c.params...)
				if got = u; err != nil {
					got = "!" + strings.ReplaceAll(err.Error(), "/inner/ has", "/ has")
				}
			})
			get(wrap(inner), "GET", strings.ReplaceAll(mount, " ", "%20")+"/ask?q=/x/ask")
			want := c.want
			if !strings.HasPrefix(want, "!") {
				want = strings.ReplaceAll(mount, " ", "%20") + want
			}
			if got != want {
				t.Errorf("mounted at %q: URL(%q, %q) = %s, want %s", mount, c.route, c.params, got, want)
			}
		}
	}
}

func TestURLPanics(t *testing.T) {
	r := gangplank.New()
	r.Get("/", func(w http.ResponseWriter, r *http.Request) { gangplank.URL(r, "no such") })
	defer func() {
		if got, want := recover(), `gangplank: URL: there is no route "no such"`; got != want {
			t.Errorf("panic %v, want %v", got, want)
		}
	}()
	get(r, "GET", "/")
}

func TestNameTwice(t *testing.T) {
	expectPanic := func(desc, want string, f func()) {
		defer func() {
			if got := fmt.Sprint(recover()); got != want {
				t.Errorf("%s: panic %q, want %q", desc, got, want)
			}
		}()
		f()
	}
	h := say("")
	expectPanic("same router", `gangplank: route name "x" is used twice, for /a and /b`, func() {
		r := gangplank.New()
		r.Get("/a", h).Name("x")
		r.Get("/b", h).Name("x")
	})
	expectPanic("by a mount", `gangplank: route name "x" is used twice, for /a and /sub/b`, func() {
		sub, r := gangplank.New(), gangplank.New()
		sub.Get("/b", h).Name("x")
		r.Get("/a", h).Name("x")
		r.Mount("/sub", sub)
	})
	expectPanic("after a mount, two levels up", `gangplank: route name "x" is used twice, for /a and /s/t/b`, func() {
		low, mid, top := gangplank.New(), gangplank.New(), gangplank.New()
		mid.Mount("/t", low)
		top.Mount("/s", mid)
		top.Get("/a", h).Name("x")
		low.Get("/b", h).Name("x")
	})
	expectPanic("in itself", `gangplank: Mount("/p") of a Router in itself`, func() {
		r := gangplank.New()
		r.Mount("/p", r.With(attach))
	})
	expectPanic("mounted twice", `gangplank: Mount("/q") of a Router with named routes that is mounted already`, func() {
		sub, r := gangplank.New(), gangplank.New()
		sub.Get("/b", h).Name("x")
		r.Mount("/p", sub)
		r.Mount("/q", sub)
	})
}

func TestRedirect(t *testing.T) {
	for _, c := range []struct{ mount, path, target, want string }{
		{"", "/a/b", "/x", "/x"},
		{"", "/a/b", "x", "/a/x"},
		{"/m", "/a/b", "/x?y#z", "/m/x?y#z"},
		{"/m", "/a/b", "/m/x", "/m/x"},
		{"/m", "/a/b", "/mx", "/m/mx"},
		{"/m", "/a/b", "x?q", "/m/a/x?q"},
		{"/m", "/a/b", "../../x", "/m/x"},
		{"/m", "/a/b", "?q", "/m/a/b?q"},
		{"/m", "/a/b", "", "/m/a/b"},
		{"/m", "/a/b", "https://example.com/x", "https://example.com/x"},
		{"/m", "/a/b", "//example.com/x", "//example.com/x"},
		{"/m m", "/a/b", "/x", "/m%20m/x"},
	} {
		r := gangplank.New()
		r.Get("/*", func(w http.ResponseWriter, r *http.Request) {
			gangplank.Redirect(w, r, c.target, http.StatusSeeOther)
		})
		rec := get(http.StripPrefix(c.mount, r), "GET", strings.ReplaceAll(c.mount+c.path, " ", "%20"))
		if got := rec.Header().Get("Location"); got != c.want || rec.Code != 303 {
			t.Errorf("at %q%s to %q: %d %q, want %q", c.mount, c.path, c.target, rec.Code, got, c.want)
		}
	}
}

// A chi.Mux before, behind, around and inside a Router behaves as without us.
func TestForeignMux(t *testing.T) {
	second := chi.NewRouter()
	second.Use(chimw.GetHead)
	second.Get("/u/{id}", say("second"))
	first := gangplank.New()
	first.Get("/only/here", say("first"))
	cascade := gangplank.NewChain(attach).ThenFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		first.ServeHTTP(rec, r)
		if rec.Code != http.StatusNotFound {
			io.WriteString(w, rec.Body.String())
			return
		}
		second.ServeHTTP(w, r)
	})
	for target, want := range map[string]string{
		"/only/here": "first name= pattern=/only/here id=/",
		"/u/5":       "second name= pattern= id=5/5",
	} {
		if rec := get(cascade, "GET", target); rec.Body.String() != want {
			t.Errorf("cascade %s: %q, want %q", target, rec.Body, want)
		}
	}
	if rec := get(cascade, "HEAD", "/u/5"); rec.Code != 200 {
		t.Errorf("HEAD by GetHead: %d", rec.Code)
	}

	around := chi.NewRouter()
	around.Use(chimw.GetHead)
	around.Mount("/in/{org}", site())
	around.Get("/out/{id}", say("out"))
	for target, want := range map[string]string{
		"/in/x/u/5": "user name=user pattern=/u/{id} id=5/5",
		"/out/5":    "out name= pattern= id=5/5",
	} {
		if rec := get(around, "GET", target); rec.Body.String() != want {
			t.Errorf("around %s: %q, want %q", target, rec.Body, want)
		}
	}
}

// chi.Walk and code that takes a chi.Router work on the same tree.
func TestChiView(t *testing.T) {
	r := gangplank.New()
	func(r chi.Router) {
		r.Get("/a", say("a"))
		r.With(attach).Post("/b", say("b"))
		r.Route("/sub", func(r chi.Router) { r.Get("/c", say("c")) })
		r.Group(func(r chi.Router) { r.Delete("/d", say("d")) })
	}(r.Chi())
	r.Get("/e", say("e")).Name("e")
	var got []string
	err := chi.Walk(r, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		got = append(got, method+" "+route)
		return nil
	})
	sort.Strings(got)
	if want := "[DELETE /d GET /a GET /e GET /sub/c HEAD /a HEAD /e HEAD /sub/c POST /b]"; err != nil || fmt.Sprint(got) != want {
		t.Errorf("Walk: %v %v, want %s", got, err, want)
	}
	if rec := get(r, "GET", "/sub/c"); rec.Body.String() != "c name= pattern=/sub/c id=/" {
		t.Errorf("got %q", rec.Body)
	}
}

// The user's handlers for 404 and 405 reach mounted Routers, whatever the order.
func TestNotFoundInherited(t *testing.T) {
	own := func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(410) }
	for _, early := range []bool{true, false} {
		sub, r := gangplank.New(), gangplank.New()
		sub.Get("/x", say("x"))
		if early {
			r.NotFound(own)
		}
		r.Mount("/sub", sub)
		if !early {
			r.NotFound(own)
		}
		if rec := get(r, "GET", "/sub/none"); rec.Code != 410 {
			t.Errorf("early=%v: %d, want the parent's 410", early, rec.Code)
		}
	}
}

// A goroutine that outlives its request reads its own request's facts.
func TestOutlivingGoroutine(t *testing.T) {
	release, done := make(chan struct{}), make(chan string, 100)
	r := gangplank.New()
	r.Get("/user/{name}", func(w http.ResponseWriter, r *http.Request) {
		gangplank.From(r).SetRequestID(r.PathValue("name"))
		go func() {
			<-release
			c := gangplank.From(r)
			c.SetUser(gangplank.Identity{Name: "late"})
			if param := chi.URLParam(r, "name"); param != "" && param != r.PathValue("name") {
				done <- "chi.URLParam is " + param
			}
			done <- fmt.Sprint(r.PathValue("name"), c.RequestID(), c.Route().Pattern(), r.URL.Path)
		}()
	})
	h := attach(r)
	names := []string{"alice", "mallory", "bob"}
	for _, name := range names {
		get(h, "GET", "/user/"+name)
	}
	close(release)
	want := map[string]bool{}
	for _, name := range names {
		want[fmt.Sprint(name, name, "/user/{name}", "/user/"+name)] = true
	}
	for range names {
		if got := <-done; !want[got] {
			t.Errorf("a goroutine read %s", got)
		}
	}
}

// Around puts a probe around the layers of a Router, of what is mounted below, and
// of its inline routers, under their names.
func TestRouterAround(t *testing.T) {
	var passed []string
	layer := func(next http.Handler) http.Handler { return next }
	probe := func(l gangplank.Layer) gangplank.Middleware {
		return func(next http.Handler) http.Handler {
			next = l.Middleware(next)
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				passed = append(passed, l.Name)
				next.ServeHTTP(w, r)
			})
		}
	}
	named := func(r *gangplank.Router, name string) {
		r.Around(func(l gangplank.Layer) gangplank.Middleware {
			return probe(gangplank.Layer{Name: name, Middleware: l.Middleware})
		})
	}
	nop := func(http.ResponseWriter, *http.Request) {}
	r := gangplank.New()
	r.Use(layer)
	named(r, "site")
	r.With(layer, layer).Get("/inline", nop)
	r.Route("/admin", func(r *gangplank.Router) {
		named(r, "admin")
		r.Use(layer)
		r.Get("/", nop)
	})
	for target, want := range map[string]string{"/inline": "site site site", "/admin/": "site site admin"} {
		passed = nil
		r.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", target, nil))
		if got := strings.Join(passed, " "); got != want {
			t.Errorf("%s: got %q, want %q", target, got, want)
		}
	}
}
