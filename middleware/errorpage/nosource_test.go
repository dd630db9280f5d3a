package errorpage_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// A page without any source says what is to be done about it, in each form.
func TestWithoutSource(t *testing.T) {
	for _, context := range []int{0, -1} {
		h := errorpage.New(errorpage.Config{Development: true, Context: context})(gangplank.Try(lost))
		for _, accept := range formats {
			rec := httptest.NewRecorder()
			serveLost(h, rec, local("GET", "/", "Accept", accept))
			if body := rec.Body.String(); context == 0 {
				has(t, accept, body, "/nowhere/page.go and the others are not on this machine. Config.SourceDir")
			} else { // nobody asked for it
				hasNot(t, accept, body, "Config.SourceDir")
			}
		}
	}
	s := newSite(errorpage.Config{Development: true, Context: 1}, func(http.ResponseWriter, *http.Request) error { return errorpage.Trace(errors.New("x")) })
	body := s.get(t, local("GET", "/")).Body.String()
	has(t, "a page with source", body, ">    28")
	hasNot(t, "a page with source", body, "are not on this machine")
}

// What follows was compiled elsewhere.

//line /nowhere/page.go:1
func lost(http.ResponseWriter, *http.Request) error { return errorpage.Trace(errors.New("lost")) }

func serveLost(h http.Handler, w http.ResponseWriter, r *http.Request) {
	var all sync.WaitGroup
	all.Go(func() { h.ServeHTTP(w, r) })
	all.Wait()
}
