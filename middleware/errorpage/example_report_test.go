package errorpage_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// The panic of a goroutine is the request's failure, and does not end the process.
func ExampleGo() {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	h := errorpage.New(errorpage.Config{})(gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
		wait := errorpage.Go(r.Context(), func(context.Context) error { panic("the index is broken") })
		fmt.Fprintln(w, "a page, which is replaced")
		return wait()
	}))
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/", nil))
	fmt.Println(rec.Code, rec.Header().Get("X-Error-Id") != "")
	// Output: 500 true
}

// What was logged with the request's context is in the report of its failure.
func ExampleLogHandler() {
	slog.SetDefault(slog.New(errorpage.LogHandler(slog.NewTextHandler(io.Discard, nil))))
	reports := make(chan *errorpage.Report, 1)
	h := errorpage.New(errorpage.Config{
		Notify: func(_ context.Context, report *errorpage.Report) { reports <- report },
	})(gangplank.Try(func(_ http.ResponseWriter, r *http.Request) error {
		slog.InfoContext(r.Context(), "asking the database", "host", "db.internal", "password", "hunter2")
		return errors.New("no route to host")
	}))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	line := (<-reports).Logs[0]
	fmt.Println(line.Level, line.Message, line.Attrs)
	// Output: INFO asking the database [{host db.internal} {password [hidden: the name says secret]}]
}

// In development mode the page lists the layers that the request has passed, and
// how long each has taken.
func ExampleProbe() {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	reports := make(chan *errorpage.Report, 1)
	r := gangplank.New()
	r.Around(errorpage.Probe)
	r.Use(errorpage.New(errorpage.Config{
		Development: true,
		Notify:      func(_ context.Context, report *errorpage.Report) { reports <- report },
	}), middleware.BodyLimit(1<<20), middleware.NoCache)
	r.Get("/", gangplank.Try(func(http.ResponseWriter, *http.Request) error { return errors.New("no route to host") }))

	r.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	for _, layer := range (<-reports).Layers {
		fmt.Println(layer.Name) // and layer.Before, layer.Took
	}
	// Output:
	// middleware.BodyLimit
	// middleware.NoCache
}
