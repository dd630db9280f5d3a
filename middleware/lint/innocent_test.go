package lint_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
)

// What is in order, though some of it is rare.
func TestInnocent(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"nothing":   func(w http.ResponseWriter, r *http.Request) {},
		"plain":     plain,
		"streaming": streaming,
		"hinting":   hinting,
		"trailers": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Trailer", "X-Sum")
			streaming(w, r)
			w.Header().Set("X-Sum", "1")
			w.Header().Set(http.TrailerPrefix+"X-More", "1")
		},
		"a length and nothing":  lengths(http.StatusOK, "0"),
		"what was not modified": lengths(http.StatusNotModified, "5"),
		"a length before the hint": func(w http.ResponseWriter, r *http.Request) { // which net/http sends without it
			w.Header().Set("Content-Length", "4")
			hinting(w, r)
		},
		"switching": func(w http.ResponseWriter, r *http.Request) { // as websockets do
			w.Header().Set("Connection", "Upgrade")
			w.Header().Set("Upgrade", "another")
			w.WriteHeader(http.StatusSwitchingProtocols)
			if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
				conn.Close()
			}
		},
		"no type": func(w http.ResponseWriter, r *http.Request) { // which is how sniffing is turned off
			w.Header()["Content-Type"] = nil
			io.WriteString(w, "body")
		},
		"several": func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Vary"] = []string{"Accept", "Origin"}
			w.Header()["Set-Cookie"] = []string{"a=b", "c=d"}
		},
		"no content": func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) },
		"cookie":     func(w http.ResponseWriter, r *http.Request) { http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"}) },
		"closing":    func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Connection", "close") },
		"error":      gangplank.Try(func(http.ResponseWriter, *http.Request) error { return fmt.Errorf("failed") }),
		"file":       func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "innocent_test.go") },
		"large": func(w http.ResponseWriter, r *http.Request) {
			io.Copy(w, strings.NewReader(strings.Repeat("x", 100_000)))
		},
		"early panic": func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) },
		"limited": func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, 1)
			r.ParseForm()
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, method := range []string{"GET", "HEAD", "POST"} {
				r := httptest.NewRequest(method, "/", strings.NewReader(""))
				if got := findings(t, r, site(innocent), h); got != nil {
					t.Errorf("%s: got %q, want none", method, got)
				}
			}
		})
	}
}
