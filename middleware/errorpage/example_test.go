package errorpage_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// A client gets the public text, in the form it wants; the cause stays here.
func Example() {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	r := gangplank.New()
	r.Use(errorpage.New(errorpage.Config{}))
	r.Get("/pages/{name}", gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
		errorpage.With(r.Context(), "page", r.PathValue("name"))
		return gangplank.Error(http.StatusNotFound, "There is no such page yet.")
	}))
	r.Get("/broken", gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
		io.WriteString(w, "half a page, which is replaced")
		return errorpage.Trace(errors.New("no route to host"), "host", "db")
	}))

	get := func(path, accept string) string {
		req := httptest.NewRequest(http.MethodGet, path, nil)
		req.Header.Set("Accept", accept)
		rec := httptest.NewRecorder()
		r.ServeHTTP(rec, req)
		return rec.Body.String()
	}
	fmt.Print(get("/pages/Front", "*/*"))
	fmt.Print(get("/pages/Front", "application/json"))
	fmt.Print(get("/broken", "*/*")[:26])
	// Output:
	// 404 Not Found
	// There is no such page yet.
	// {"type":"about:blank","title":"Not Found","status":404,"detail":"There is no such page yet."}
	// 500 Internal Server Error
}
