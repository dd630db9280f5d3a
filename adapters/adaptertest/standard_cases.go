package adaptertest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"time"
)

// The standard library's own handlers: they use the doors in their own ways.
var standardCases = []Case{{
	Name:    "std/serve-content",
	Doc:     "http.ServeContent sends the whole content with its length.",
	handler: serveContent,
	want:    want{pattern: 50_000, length: 50_000, header: map[string]string{"Content-Type": "text/plain; charset=utf-8", "Accept-Ranges": "bytes"}},
}, {
	Name:    "std/range",
	Doc:     "http.ServeContent answers a Range with 206.",
	except:  []Difference{FrontHandlesRanges},
	handler: serveContent,
	request: request{header: http.Header{"Range": {"bytes=0-9"}}},
	want:    want{status: http.StatusPartialContent, pattern: 10, length: 10, header: map[string]string{"Content-Range": "bytes 0-9/50000"}},
}, {
	Name:    "std/range-beyond",
	Doc:     "416 where there is no such range.",
	except:  []Difference{FrontHandlesRanges},
	handler: serveContent,
	request: request{header: http.Header{"Range": {"bytes=60000-"}}},
	want:    want{status: http.StatusRequestedRangeNotSatisfiable, anyBody: true, header: map[string]string{"Content-Range": "bytes */50000"}},
}, {
	Name:    "std/not-modified",
	Doc:     "304 to a client that has it.",
	handler: serveContent,
	request: request{header: http.Header{"If-None-Match": {`"v1"`}}},
	want:    want{status: http.StatusNotModified, header: map[string]string{"Etag": `"v1"`}},
}, {
	Name:    "std/serve-content-head",
	Doc:     "HEAD of a file has its length.",
	handler: serveContent,
	request: request{method: "HEAD"},
	want:    want{length: 50_000},
}, {
	Name: "std/mux",
	Doc:  "http.ServeMux routes by URL.Path below the mount, sets Pattern and path values.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		mux := http.NewServeMux()
		mux.HandleFunc("GET /items/{id}/{rest...}", func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, r.Pattern+" "+r.PathValue("id")+" "+r.PathValue("rest"))
		})
		mux.ServeHTTP(w, r)
	},
	request: request{target: "/items/a%20b/c/d"},
	want:    want{body: "GET /items/{id}/{rest...} a b c/d"},
}, {
	Name: "std/strip-prefix",
	Doc:  "http.StripPrefix works on Path and RawPath.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		http.StripPrefix("/sub", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, r.URL.Path+" "+r.URL.RawPath)
		})).ServeHTTP(w, r)
	},
	request: request{target: "/sub/a%2Cb"},
	want:    want{body: "/a,b /a%2Cb"},
}, {
	Name: "std/redirect",
	Doc:  "http.Redirect with a full URL is passed on as it is.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		http.Redirect(w, r, "https://other.test/page?a=b", http.StatusSeeOther)
	},
	want: want{status: http.StatusSeeOther, anyBody: true, header: map[string]string{"Location": "https://other.test/page?a=b"}},
}, {
	Name: "std/timeout-handler",
	Doc:  "http.TimeoutHandler passes an answer that is in time.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		http.TimeoutHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-In", "time")
			w.WriteHeader(http.StatusCreated)
			io.Copy(w, r.Body)
		}), time.Hour, "").ServeHTTP(w, r)
	},
	request: request{method: "POST", pattern: 20_000},
	want:    want{status: http.StatusCreated, pattern: 20_000, header: map[string]string{"X-In": "time"}},
}, {
	Name:    "std/reverse-proxy",
	Doc:     "httputil.ReverseProxy takes the request for a server's and carries body and answer.",
	handler: proxied,
	request: request{method: "PUT", target: "/up?x=y", pattern: 70_000, header: http.Header{"X-Field": {"passed"}}},
	want:    want{status: http.StatusAccepted, body: "PUT /up?x=y passed " + sumOfPattern(70_000)},
}, {
	Name: "std/basic-auth-challenge",
	Doc:  "401 with its challenge passes.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("WWW-Authenticate", `Basic realm="a, b", charset="UTF-8"`)
		http.Error(w, "who are you?", http.StatusUnauthorized)
	},
	want: want{status: http.StatusUnauthorized, body: "who are you?\n", header: map[string]string{"Www-Authenticate": `Basic realm="a, b", charset="UTF-8"`}},
}}

func serveContent(w http.ResponseWriter, r *http.Request, p *probe) {
	w.Header().Set("ETag", `"v1"`)
	http.ServeContent(w, r, "page.txt", time.Unix(1_000_000_000, 0), strings.NewReader(string(pattern(50_000))))
}

// proxied passes the request on to a server that lives as long as it does.
func proxied(w http.ResponseWriter, r *http.Request, p *probe) {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusAccepted)
		io.WriteString(w, r.Method+" "+r.RequestURI+" "+r.Header.Get("X-Field")+" "+sumOf(r.Body))
	}))
	defer backend.Close()
	target, _ := url.Parse(backend.URL)
	httputil.NewSingleHostReverseProxy(target).ServeHTTP(w, r)
}
