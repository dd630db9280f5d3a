package middlewaretest

import (
	"net/http"
	"slices"

	"github.com/gangplank-web/gangplank"
)

// A Setting is a place to put the middleware: a server, and layers around and
// inside it.
type Setting struct {
	Name string // "http1/attached/between"

	http2, bare     bool
	outside, inside []layer // the outermost first
}

type layer = func(http.Handler) http.Handler

// Settings returns all places in which every middleware must be transparent.
func Settings() []Setting {
	var settings []Setting
	for _, p := range places {
		for _, server := range []string{"http1", "http2"} {
			plain := Setting{server + "/plain/" + p.name, server == "http2", p.bare, p.outside, p.inside}
			ours := plain
			ours.Name = server + "/attached/" + p.name
			ours.outside = slices.Concat([]layer{attached}, p.outside)
			settings = append(settings, plain, ours)
		}
	}
	return settings
}

var places = []struct {
	name            string
	outside, inside []layer
	bare            bool
}{
	{"alone", nil, nil, false},
	{"between", []layer{hooked("Outer")}, []layer{hooked("Inner")}, false},
	{"within-unwrap", []layer{unwrapping}, nil, false},
	{"around-unwrap", nil, []layer{unwrapping}, false},
	{"within-bare", []layer{bare}, nil, true},
	{"around-bare", nil, []layer{bare}, true},
}

// leavesOut returns why the case means nothing here, or "".
func (s Setting) leavesOut(c Case) string {
	switch {
	case c.http1 && s.http2:
		return "only in HTTP/1"
	case c.doors && s.bare:
		return "only with a writer that can be unwrapped"
	}
	return ""
}

// around composes the setting.
func (s Setting) around(mw layer, h http.Handler) http.Handler {
	for _, l := range slices.Backward(slices.Concat(s.outside, []layer{mw}, s.inside)) {
		h = l(h)
	}
	return h
}

// attached attaches requests, as an adapter does.
func attached(next http.Handler) http.Handler {
	return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) { next.ServeHTTP(w, r) })
}

// hooked is a middleware of the usual kind: it acts just before the head goes
// out, and shows what it saw there.
func hooked(name string) layer {
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
			w.BeforeHead(func(status int, h http.Header) { h.Set("X-"+name, http.StatusText(status)) })
			next.ServeHTTP(w, r)
		})
	}
}

// unwrapper is a foreign wrapper that leaves the doors to
// http.ResponseController.
type unwrapper struct{ http.ResponseWriter }

func (w unwrapper) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func unwrapping(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(unwrapper{w}, r) })
}

// bareWriter is a foreign wrapper that closes all doors.
type bareWriter struct{ http.ResponseWriter }

func bare(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(bareWriter{w}, r) })
}
