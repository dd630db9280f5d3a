package errorpage_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	chimiddleware "github.com/go-chi/chi/v5/middleware"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

type guard struct{ next http.Handler }

func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) { g.next.ServeHTTP(w, r) }

func guarded(next http.Handler) http.Handler { return &guard{next} }

// The page names the layers, outside of itself and inside, with nothing but Use.
func TestLayersWithoutProbe(t *testing.T) {
	want := []string{"middleware.RequestIDWith", "middleware.LoggerWith", "errorpage.New", "middleware.NoCache", "errorpage_test.(*guard)", "middleware.BodyLimit", "middleware.StripSlashes", "middleware.NoCache"}
	for path, handler := range map[string]http.HandlerFunc{
		"/returned": gangplank.Try(func(http.ResponseWriter, *http.Request) error { return errors.New("the cause") }),
		"/panic":    gangplank.Try(func(http.ResponseWriter, *http.Request) error { panic("the cause") }),
	} {
		r := gangplank.New()
		r.Use(middleware.RequestID, middleware.Logger(slog.New(slog.DiscardHandler)), errorpage.New(development), middleware.NoCache, guarded)
		r.Route("/sub", func(r *gangplank.Router) {
			r.Use(middleware.BodyLimit(1<<20), chimiddleware.StripSlashes)
			r.With(middleware.NoCache).Get(path, handler)
		})
		rec := httptest.NewRecorder()
		r.ServeHTTP(rec, local("GET", "/sub"+path, "Accept", "application/json"))
		var problem struct{ Debug errorpage.Report }
		if err := json.Unmarshal(rec.Body.Bytes(), &problem); err != nil {
			t.Fatal(err, rec.Body)
		}
		var names []string
		for _, l := range problem.Debug.Layers {
			if !l.Untimed || l.Before != 0 || l.Took != 0 {
				t.Errorf("%s: got %+v", path, l)
			}
			names = append(names, l.Name)
		}
		if got, want := strings.Join(names, " "), strings.Join(want, " "); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", path, got, want)
		}
		page := httptest.NewRecorder()
		r.ServeHTTP(page, local("GET", "/sub"+path, "Accept", "text/html"))
		has(t, "the page", page.Body.String(), "middleware.BodyLimit", "Router.Around(errorpage.Probe)")
		hasNot(t, "the page", page.Body.String(), "entered after")
	}
}

// With one line the layers are timed.
func TestLayersTimed(t *testing.T) {
	r := gangplank.New()
	r.Around(errorpage.Probe)
	r.Use(middleware.RequestID, errorpage.New(development), middleware.NoCache)
	r.With(guarded).Get("/", gangplank.Try(func(http.ResponseWriter, *http.Request) error { return errors.New("the cause") }))
	rec := httptest.NewRecorder()
	r.ServeHTTP(rec, local("GET", "/", "Accept", "text/html"))
	has(t, "the page", rec.Body.String(), ">middleware.NoCache<", ">errorpage_test.guarded<", "entered after", "not left yet")
	hasNot(t, "the page", rec.Body.String(), "Router.Around(errorpage.Probe)")
}

// In production a Probe times nothing, and is no layer of its own.
func TestLayersOfRecord(t *testing.T) {
	records := newRecords(t)
	r := gangplank.New()
	r.Around(errorpage.Probe)
	r.Use(errorpage.New(errorpage.Config{Records: records}), middleware.NoCache)
	r.With(guarded).Get("/", gangplank.Try(func(http.ResponseWriter, *http.Request) error { return errors.New("the cause") }))
	rec := httptest.NewRecorder()
	r.ServeHTTP(rec, local("GET", "/"))
	record, err := records.Get(rec.Header().Get("X-Error-Id"))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(record.Report.Layers); got != "[{errorpage.New 0s 0s true} {middleware.NoCache 0s 0s true} {errorpage_test.(*guard) 0s 0s true}]" {
		t.Errorf("got %s", got)
	}
}
