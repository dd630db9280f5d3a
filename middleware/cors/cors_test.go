package cors_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/cors"
	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
)

var app = cors.Config{
	Origins:         []string{"https://app.example.com", "https://*.partner.example", "http://localhost:*"},
	Credentials:     true,
	Methods:         []string{"PUT", "DELETE"},
	RequestHeaders:  []string{"Content-Type", "Authorization"},
	ResponseHeaders: []string{"X-Total"},
	MaxAge:          3600e9,
}

// fields returns the CORS fields and Vary of the answer to a request with these
// fields, and its status.
func fields(cfg cors.Config, method string, request ...string) (status int, got http.Header) {
	r := httptest.NewRequest(method, "/", nil)
	for i := 0; i < len(request); i += 2 {
		r.Header.Add(request[i], request[i+1])
	}
	rec := httptest.NewRecorder()
	cors.New(cfg)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusTeapot)
	})).ServeHTTP(rec, r)
	got = http.Header{}
	for name, values := range rec.Header() {
		if strings.HasPrefix(name, "Access-Control-") || name == "Vary" {
			got[name] = values
		}
	}
	return rec.Code, got
}

const (
	acrm = "Access-Control-Request-Method"
	acrh = "Access-Control-Request-Headers"
	pna  = "Access-Control-Request-Private-Network"

	varyPreflight = "Access-Control-Request-Headers, Access-Control-Request-Method, Origin"
)

func TestActualRequests(t *testing.T) {
	t.Parallel()
	allowed := http.Header{
		"Vary": {"Origin"}, "Access-Control-Allow-Origin": {"https://app.example.com"},
		"Access-Control-Allow-Credentials": {"true"}, "Access-Control-Expose-Headers": {"x-total"},
	}
	refused := http.Header{"Vary": {"Origin"}}
	everybody := cors.Config{Origins: []string{"*"}, ResponseHeaders: []string{"*"}}
	toEverybody := http.Header{"Access-Control-Allow-Origin": {"*"}, "Access-Control-Expose-Headers": {"*"}}
	for _, tt := range []struct {
		desc    string
		cfg     cors.Config
		method  string
		request []string
		want    http.Header
	}{
		{"same origin", app, "GET", nil, refused},
		{"allowed", app, "GET", []string{"Origin", "https://app.example.com"}, allowed},
		{"allowed, with a body", app, "POST", []string{"Origin", "https://app.example.com"}, allowed},
		{"not allowed", app, "GET", []string{"Origin", "https://evil.example"}, refused},
		{"two origins", app, "GET", []string{"Origin", "https://app.example.com", "Origin", "https://evil.example"}, refused},
		{"OPTIONS, but no preflight", app, "OPTIONS", []string{"Origin", "https://evil.example"}, http.Header{"Vary": {varyPreflight}}},
		{"everybody", everybody, "GET", []string{"Origin", "null"}, toEverybody},
		{"everybody, for a cache", everybody, "GET", nil, toEverybody},
	} {
		if status, got := fields(tt.cfg, tt.method, tt.request...); status != http.StatusTeapot || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: got %d %v, want the handler's answer and %v", tt.desc, status, got, tt.want)
		}
	}
}

func TestOrigins(t *testing.T) {
	t.Parallel()
	cfg := cors.Config{Origins: []string{
		"https://example.com", "https://*.example.com:8443", "http://localhost:*", "https://[2001:db8::1]", "app+x://host", "https://[::ffff:102:304]",
	}}
	for origin, want := range map[string]bool{
		"https://example.com":            true,
		"https://[2001:db8::1]":          true,
		"https://[::ffff:102:304]":       true,
		"app+x://host":                   true,
		"https://a.example.com:8443":     true,
		"https://a.b-c.example.com:8443": true,
		"http://localhost":               true,
		"http://localhost:3000":          true,

		"http://example.com":                 false,
		"https://example.com:8443":           false, // the wildcard is for what is below
		"https://.example.com:8443":          false,
		"https://a..example.com:8443":        false,
		"https://a.example.com":              false,
		"https://a.example.com:8444":         false,
		"https://evilexample.com:8443":       false,
		"https://a.example.com.evil:8443":    false,
		"https://evil/.example.com:8443":     false,
		"https://evil:1@x.example.com:8443":  false,
		"https://evil#.example.com:8443":     false,
		"https://é.example.com:8443":         false,
		"https://A.example.com:8443":         false,
		"http://localhost:":                  false,
		"http://localhost:*":                 false,
		"http://localhost:99999":             false,
		"http://localhost:080":               false,
		"http://localhost:1:2":               false,
		"http://localhost:1/":                false,
		"https://example.com ":               false,
		"https://example.com.":               false,
		"null":                               false,
		"":                                   false,
		"*":                                  false,
		"https://*.example.com:8443":         false,
		"https://[2001:db8::1]x":             false,
		"https://[2001:db8::1":               false,
		"https://[.example.com]:8443":        false,
		"https://[::1].example.com:8443":     false,
		strings.Repeat("https://a.", 10_000): false,
	} {
		_, got := fields(cfg, "GET", "Origin", origin)
		if allowed := slices.Equal(got["Access-Control-Allow-Origin"], []string{origin}); allowed != want {
			t.Errorf("%.60q: allowed %v, want %v (%v)", origin, allowed, want, got)
		}
	}
}

func TestPreflight(t *testing.T) {
	t.Parallel()
	origin := []string{"Origin", "https://app.example.com"}
	private := cors.Config{Origins: []string{"https://app.example.com"}, PrivateNetwork: true}
	with := func(h http.Header, more ...string) http.Header {
		h = h.Clone()
		for i := 0; i < len(more); i += 2 {
			h.Set(more[i], more[i+1])
		}
		return h
	}
	refused := http.Header{"Vary": {varyPreflight}}
	allowed := with(refused, "Access-Control-Allow-Origin", "https://app.example.com",
		"Access-Control-Allow-Credentials", "true", "Access-Control-Max-Age", "3600")
	put := with(allowed, "Access-Control-Allow-Methods", "DELETE,PUT")
	headers := with(allowed, "Access-Control-Allow-Headers", "authorization,content-type")
	any := cors.Config{Origins: []string{"*"}, Methods: []string{"*"}, RequestHeaders: []string{"*"}}
	anyAllowed := http.Header{"Vary": {"Access-Control-Request-Headers, Access-Control-Request-Method"}, "Access-Control-Allow-Origin": {"*"},
		"Access-Control-Allow-Methods": {"*"}, "Access-Control-Allow-Headers": {"*"}}
	privateVary := "Access-Control-Request-Headers, Access-Control-Request-Method, Access-Control-Request-Private-Network, Origin"
	for _, tt := range []struct {
		desc    string
		cfg     cors.Config
		request []string
		status  int
		want    http.Header
	}{
		{"GET", app, []string{acrm, "GET"}, 204, allowed},
		{"PUT", app, []string{acrm, "PUT"}, 204, put},
		{"methods are case-sensitive", app, []string{acrm, "put"}, 403, refused},
		{"PATCH", app, []string{acrm, "PATCH"}, 403, refused},
		{"a header", app, []string{acrm, "GET", acrh, "content-type"}, 204, headers},
		{"headers", app, []string{acrm, "GET", acrh, "authorization,content-type"}, 204, headers},
		{"headers as a proxy writes them", app, []string{acrm, "GET", acrh, "authorization, ", acrh, "\tcontent-type"}, 204, headers},
		{"one header too many", app, []string{acrm, "GET", acrh, "authorization,x"}, 403, refused},
		{"not in lower case", app, []string{acrm, "GET", acrh, "Authorization"}, 403, refused},
		{"ten thousand commas", app, []string{acrm, "GET", acrh, strings.Repeat(",", 10_000)}, 403, refused},
		{"seventeen commas", app, []string{acrm, "GET", acrh, strings.Repeat(",", 17)}, 403, refused},
		{"a private network", app, []string{acrm, "GET", pna, "true"}, 403, refused},
		{"a private network, allowed", private, []string{acrm, "GET", pna, "true"}, 204, http.Header{"Vary": {privateVary},
			"Access-Control-Allow-Origin": {"https://app.example.com"}, "Access-Control-Allow-Private-Network": {"true"}}},
		{"everything", any, []string{acrm, "PURGE", acrh, "x-y"}, 204, anyAllowed},
		{"everything but Authorization", any, []string{acrm, "PURGE", acrh, "authorization,x-y"}, 403,
			http.Header{"Vary": anyAllowed["Vary"]}},
	} {
		if status, got := fields(tt.cfg, "OPTIONS", append(origin, tt.request...)...); status != tt.status || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: got %d %v\nwant %d %v", tt.desc, status, got, tt.status, tt.want)
		}
	}
	if status, got := fields(app, "OPTIONS", "Origin", "https://evil.example", acrm, "GET"); status != 403 || !reflect.DeepEqual(got, refused) {
		t.Errorf("another origin: got %d %v", status, got)
	}
	if status, got := fields(cors.Config{Origins: []string{"*"}, RequestHeaders: []string{"*", "Authorization"}, MaxAge: -1},
		"OPTIONS", append(origin, acrm, "GET", acrh, "authorization")...); status != 204 ||
		got.Get("Access-Control-Allow-Headers") != "*,authorization" || got.Get("Access-Control-Max-Age") != "0" {
		t.Errorf("Authorization beside the asterisk: got %d %v", status, got)
	}
}

// A field that an outer layer edits must not change the next response (rs/cors sends
// slices of its own).
func TestNothingIsShared(t *testing.T) {
	t.Parallel()
	everybody := cors.Config{Origins: []string{"*"}, Methods: []string{"*"}, RequestHeaders: []string{"*"}, ResponseHeaders: []string{"*"}}
	for name, cfg := range map[string]cors.Config{"some origins": app, "every origin": everybody} {
		h := cors.New(cfg)(http.NotFoundHandler())
		for _, method := range []string{"OPTIONS", "PUT"} {
			var before http.Header
			for range 2 {
				r := httptest.NewRequest(method, "/", nil)
				r.Header = http.Header{"Origin": {"https://app.example.com"}, acrm: {"PUT"}, acrh: {"content-type"}}
				rec := httptest.NewRecorder()
				h.ServeHTTP(rec, r)
				if got := rec.Header(); before != nil && !reflect.DeepEqual(got, before) {
					t.Errorf("%s, %s: got %v after an edit, want %v", name, method, got, before)
				}
				before = rec.Header().Clone()
				for _, values := range rec.Header() {
					values[0] = "edited"
				}
			}
		}
	}
}

// A handler that sets Vary instead of adding to it takes nothing away (with rs/cors
// it does): a cache would give one origin's answer to another.
func TestVarySurvivesTheHandler(t *testing.T) {
	t.Parallel()
	everybody := cors.Config{Origins: []string{"*"}}
	lines := append(make([]string, 0, 2), "Accept") // with room behind: nobody may write there
	for _, tt := range []struct {
		desc   string
		cfg    cors.Config
		method string
		change func(http.Header)
		want   []string
	}{
		{"set", app, "GET", func(h http.Header) { h.Set("Vary", "Accept") }, []string{"Accept", "Origin"}},
		{"the handler's own slice", app, "GET", func(h http.Header) { h["Vary"] = lines }, []string{"Accept", "Origin"}},
		{"deleted", app, "GET", func(h http.Header) { h.Del("Vary") }, []string{"Origin"}},
		{"added", app, "GET", func(h http.Header) { h.Add("Vary", "Accept") }, []string{"Origin", "Accept"}},
		{"OPTIONS", app, "OPTIONS", func(h http.Header) { h.Set("Vary", "Accept") }, []string{"Accept", varyPreflight}},
		{"everybody", everybody, "GET", func(h http.Header) { h.Set("Vary", "Accept") }, []string{"Accept"}},
		{"everybody, OPTIONS", everybody, "OPTIONS", func(h http.Header) { h.Del("Vary") }, []string{strings.TrimSuffix(varyPreflight, ", Origin")}},
	} {
		h := cors.New(tt.cfg)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { tt.change(w.Header()) }))
		r := httptest.NewRequest(tt.method, "/", nil)
		r.Header.Set("Origin", "https://app.example.com")
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if got := rec.Result().Header["Vary"]; !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.desc, got, tt.want)
		}
	}
	if got := lines[:2][1]; got != "" {
		t.Errorf("the handler's slice has got %q", got)
	}
}

func TestTransparent(t *testing.T) {
	t.Parallel()
	middlewaretest.Run(t, cors.New(app),
		middlewaretest.Request(func(r *http.Request) { r.Header.Set("Origin", "https://app.example.com") }),
		middlewaretest.Fields("caches must know", "Vary"),
		middlewaretest.Fields("they are what it is for", "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Expose-Headers"))
}

func FuzzOrigin(f *testing.F) {
	for _, s := range []string{"https://a.partner.example", "http://localhost:3000", "https://[::1]:8", "null"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, origin string) {
		_, got := fields(app, "GET", "Origin", origin)
		if got.Get("Access-Control-Allow-Origin") == "" {
			return
		}
		scheme, rest, _ := strings.Cut(origin, "://")
		host, _, _ := strings.Cut(rest, ":")
		known := scheme == "https" && (host == "app.example.com" || strings.HasSuffix(host, ".partner.example")) || scheme == "http" && host == "localhost"
		if !known || strings.ContainsAny(rest, "/?#@\\ \t\r\n") {
			t.Errorf("%q is allowed", origin)
		}
	})
}

// What is accepted as an origin can come from a browser, and is then allowed.
func FuzzConfiguredOrigin(f *testing.F) {
	for _, s := range []string{"https://a.example", "http://localhost:*", "https://*.a.example:8443", "https://[::1]:8", "https://[::ffff:102:304]", "HTTP://u@127.1:80/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, configured string) {
		cfg := cors.Config{Origins: []string{configured}}
		if configured == "*" || cfg.Validate() != nil {
			return
		}
		origin := strings.Replace(strings.Replace(configured, "//*.", "//a.b.", 1), ":*", ":8080", 1)
		if u, err := url.Parse(origin); err != nil || u.Scheme+"://"+u.Host != origin || u.Hostname() == "" {
			t.Errorf("%q is accepted, and %q is no origin: %v", configured, origin, err)
		}
		if _, got := fields(cfg, "GET", "Origin", origin); got.Get("Access-Control-Allow-Origin") != origin {
			t.Errorf("%q does not allow %q", configured, origin)
		}
		if _, got := fields(cfg, "GET", "Origin", origin+".evil.example"); got.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%q allows %q", configured, origin+".evil.example")
		}
	})
}
