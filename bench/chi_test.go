package bench_test

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/go-chi/cors"
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
	m.Use(chiRequestID, chiLog(log, peerOf), middleware.Recoverer, chiHeaders)
	m.Get(paramRoute, func(w http.ResponseWriter, r *http.Request) { writeText(w, chi.URLParam(r, "name")) })
	return m
}

func chiTen(log *slog.Logger) http.Handler {
	m, store := chi.NewRouter(), gorillaStore()
	client := func(r *http.Request) string { return middleware.GetClientIP(r.Context()) }
	m.Use(chiRequestID, middleware.ClientIPFromXFF(proxyNetwork), chiLog(log, client), middleware.Recoverer, chiHeaders,
		cors.Handler(cors.Options{AllowedOrigins: []string{pageOrigin}, AllowCredentials: true}),
		http.NewCrossOriginProtection().Handler, middleware.Timeout(tenTimeout))
	m.Get(loginRoute, func(w http.ResponseWriter, r *http.Request) { gorillaLogin(store, w, r) })
	m.Get(paramRoute, func(w http.ResponseWriter, r *http.Request) {
		if gorillaUser(store, r) == "alice" {
			writeText(w, chi.URLParam(r, "name"))
		}
	})
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

func chiLog(log *slog.Logger, client func(*http.Request) string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			start := time.Now()
			ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
			next.ServeHTTP(ww, r)
			logRequest(log, r, client(r), middleware.GetReqID(r.Context()), ww.Status(), ww.BytesWritten(), start)
		})
	}
}

func chiHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setSiteHeaders(w.Header())
		next.ServeHTTP(w, r)
	})
}

func peerOf(r *http.Request) string { return r.RemoteAddr }
