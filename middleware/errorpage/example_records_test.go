package errorpage_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// Failures are counted in a folder, which those who may can look at. What is still
// to be written is written at the end: of a program, or of a test before the folder
// is removed.
func ExampleRecords() {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	dir, err := os.MkdirTemp("", "errors")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)

	records := &errorpage.Records{Dir: dir}
	isAdmin := func(r *http.Request) bool { return gangplank.From(r).User().HasRole("admin") }
	r := gangplank.New()
	r.Use(errorpage.New(errorpage.Config{Records: records}))
	r.Mount("/errors", records.Handler(isAdmin))
	r.Get("/broken", gangplank.Try(func(http.ResponseWriter, *http.Request) error { return errors.New("no route to host") }))

	for _, path := range []string{"/broken", "/broken", "/broken", "/errors"} {
		rec := httptest.NewRecorder()
		r.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Println(path, rec.Code)
	}
	if err := records.Flush(context.Background()); err != nil {
		panic(err)
	}
	all, err := records.List()
	if err != nil {
		panic(err)
	}
	for _, record := range all {
		fmt.Println(record.Count, record.Title())
	}
	// Output:
	// /broken 500
	// /broken 500
	// /broken 500
	// /errors 403
	// 3 no route to host
}

// Somebody is told of a failure the first time, and again once an hour.
func ExampleConfig_notify() {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	mails := make(chan string, 2)
	h := errorpage.New(errorpage.Config{Notify: func(_ context.Context, report *errorpage.Report) {
		mails <- fmt.Sprintf("%s %s: %d %s", report.Request.Method, report.Request.URI, report.Status, report.Title())
	}})(gangplank.Try(func(http.ResponseWriter, *http.Request) error { return errors.New("no route to host") }))

	for range 2 {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/broken", nil))
	}
	fmt.Println(<-mails)
	// Output: GET /broken: 500 no route to host
}
