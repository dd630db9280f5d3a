// Package cors lets pages of other origins read responses, by the CORS protocol
// of the Fetch standard (https://fetch.spec.whatwg.org/#http-cors-protocol).
//
//	r.Use(cors.New(cors.Config{
//		Origins:        []string{"https://app.example.com", "https://*.partner.example"},
//		Credentials:    true,
//		Methods:        []string{"PUT", "DELETE"},
//		RequestHeaders: []string{"Authorization", "Content-Type"},
//	}))
//
// CORS takes protection away: without it, a browser lets no page of another
// origin read a response. It does not keep anybody from sending a request, so it
// replaces neither authentication nor a defence against cross-site request
// forgery, and a request of an origin that is not allowed still reaches the
// handler; only its answer cannot be read.
//
// Caches learn from Vary that answers differ by origin, also from a handler that sets
// Vary where it should add to it.
//
// It stands outside of whatever answers OPTIONS or demands credentials (routing,
// authentication, CSRF, rate limits by user), since a preflight never carries
// any; and inside of the log. Do not stack two of them, and let no front server
// add CORS fields as well: a doubled Access-Control-Allow-Origin is invalid.
package cors

import (
	"errors"
	"net/http"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// New returns the middleware. It panics if the configuration is wrong; see
// [Config.Validate].
func New(cfg Config) gangplank.Middleware {
	p, err := compile(cfg)
	settings.Check("cors", err)
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
			origin, sent := single(r.Header, "Origin")
			method, preflight := single(r.Header, "Access-Control-Request-Method")
			p.vary(r.Method).add(w)
			if r.Method == http.MethodOptions && sent && preflight {
				p.answer(w, r, origin, method)
				return
			}
			p.allowOrigin(w.Header(), origin, sent)
			next.ServeHTTP(w, r)
		})
	}
}

// single returns the value of a field that must come once.
func single(h http.Header, name string) (value string, ok bool) {
	values := h[name]
	if len(values) != 1 {
		return "", false
	}
	return values[0], true
}

// policy is a compiled Config. Header slices are made anew for each response,
// since what is put into a header is no longer ours.
type policy struct {
	any            bool // every origin, without credentials
	origins        originSet
	credentials    bool
	methods        map[string]bool // nil: all
	requestHeaders nameSet
	privateNetwork bool

	varyActual, varyOptions vary // of all methods but OPTIONS, and of that

	allowMethods, allowHeaders, exposeHeaders, maxAge string
}

// allowOrigin lets the page that asks read the response. Where every page may, an
// answer to a request without Origin says so, too: it waits in the browser's cache
// for a page that fetches the same (Fetch, "CORS protocol and HTTP caches").
func (p *policy) allowOrigin(h http.Header, origin string, sent bool) {
	if !sent && !p.any || !p.setOrigin(h, origin) {
		return
	}
	if p.exposeHeaders != "" {
		h["Access-Control-Expose-Headers"] = []string{p.exposeHeaders}
	}
}

// setOrigin sets the fields that let origin read the response, if it may.
func (p *policy) setOrigin(h http.Header, origin string) bool {
	if p.any {
		h["Access-Control-Allow-Origin"] = []string{"*"}
		return true
	}
	if !p.origins.contains(origin) {
		return false
	}
	values := []string{origin, "true"} // one allocation, of which each field has its part
	h["Access-Control-Allow-Origin"] = values[:1:1]
	if p.credentials {
		h["Access-Control-Allow-Credentials"] = values[1:2:2]
	}
	return true
}

// What a refused preflight is logged with.
var (
	errOrigin         = errors.New("cors: the origin is not allowed")
	errMethod         = errors.New("cors: the method is not allowed")
	errRequestHeaders = errors.New("cors: a request header is not allowed")
	errPrivateNetwork = errors.New("cors: access from a public to a private network is not allowed")
)

// answer answers a preflight.
func (p *policy) answer(w *gangplank.Writer, r *http.Request, origin, method string) {
	if err := p.preflight(w.Header(), r.Header, origin, method); err != nil {
		gangplank.Fail(w, r, gangplank.Error(http.StatusForbidden, "This preflight request is refused.").Because(err))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// preflight prepares the answer to a preflight, or says why there is none: then no
// field but Vary is set.
func (p *policy) preflight(h, request http.Header, origin, method string) error {
	names, asks := request["Access-Control-Request-Headers"]
	private := request.Get("Access-Control-Request-Private-Network") == "true"
	switch {
	case !p.any && !p.origins.contains(origin):
		return errOrigin
	case private && !p.privateNetwork:
		return errPrivateNetwork
	case !p.allowsMethod(method):
		return errMethod
	case asks && !p.requestHeaders.containsAll(names):
		return errRequestHeaders
	}
	p.setOrigin(h, origin)
	if private {
		h["Access-Control-Allow-Private-Network"] = []string{"true"}
	}
	if !safelistedMethod(method) {
		h["Access-Control-Allow-Methods"] = []string{p.allowMethods}
	}
	if asks && p.allowHeaders != "" {
		h["Access-Control-Allow-Headers"] = []string{p.allowHeaders}
	}
	if p.maxAge != "" {
		h["Access-Control-Max-Age"] = []string{p.maxAge}
	}
	return nil
}

func (p *policy) allowsMethod(m string) bool {
	return p.methods == nil || p.methods[m] || safelistedMethod(m)
}

// safelistedMethod is Fetch, section 2.2.1: these need no permission.
func safelistedMethod(m string) bool {
	return m == http.MethodGet || m == http.MethodHead || m == http.MethodPost
}
