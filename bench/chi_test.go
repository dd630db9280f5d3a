package bench_test

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

func chiSite(got func(string)) http.Handler {
	m := chi.NewRouter()
	for _, route := range siteRoutes {
		h := func(http.ResponseWriter, *http.Request) {}
		if route == paramRoute {
			h = func(_ http.ResponseWriter, r *http.Request) { got(chi.URLParam(r, "name")) }
		}
		m.Get(route, h)
	}
	return m
}

func chiFive(log *slog.Logger) http.Handler {
	m := chi.NewRouter()
	m.Use(chiRequestID, chiLog(log), middleware.Recoverer, chiHeaders)
	m.Get(paramRoute, func(w http.ResponseWriter, r *http.Request) { writeText(w, chi.URLParam(r, "name")) })
	return m
}

// chiRequestID keeps the id under chi's own key, where its other middleware looks for it.
func chiRequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := newRequestID()
		w.Header().Set(requestIDHeader, id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), middleware.RequestIDKey, id)))
	})
}

func chiLog(log *slog.Logger) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			start := time.Now()
			ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
			next.ServeHTTP(ww, r)
			logRequest(log, r, middleware.GetReqID(r.Context()), ww.Status(), ww.BytesWritten(), start)
		})
	}
}

func chiHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setSiteHeaders(w.Header())
		next.ServeHTTP(w, r)
	})
}
