package middleware

import (
	"maps"
	"net/http"
	"slices"
)

// ownHeader returns a map of its own, whose values are shared as long as nobody
// appends to them.
func ownHeader(h http.Header) http.Header {
	own := make(http.Header, len(h)+2) // Content-Type and Content-Length at least
	for name, values := range h {
		own[name] = slices.Clip(values)
	}
	return own
}

// putHeader puts the handler's fields, which it may still change, in place of the
// outer ones, and returns those.
func (g *guard) putHeader() (before http.Header) {
	h := g.under.Header()
	before = maps.Clone(h)
	clear(h)
	maps.Copy(h, g.h.Clone())
	g.notePassed()
	return before
}

// handOver is putHeader when the handler has ended.
func (g *guard) handOver() {
	g.restoreHeader(g.h)
	g.notePassed()
}

func (g *guard) notePassed() {
	g.passed = g.room[:0]
	for name := range g.h {
		g.passed = append(g.passed, name)
	}
}

func (g *guard) restoreHeader(before http.Header) {
	h := g.under.Header()
	clear(h)
	maps.Copy(h, before)
}

// mergeHeader is called when the handler has ended: there may be trailers, or
// fields of a response that never came to be. What was passed before is by now
// what the outer layers have made of it.
func (g *guard) mergeHeader() {
	if !g.decided {
		g.handOver()
		return
	}
	for name, values := range g.h {
		if !slices.Contains(g.passed, name) {
			g.under.Header()[name] = values
		}
	}
}
