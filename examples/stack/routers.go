package main

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/gangplank-web/gangplank"
)

var routers = map[string]func([]Route) http.Handler{"gangplank": byGangplank, "mux": byServeMux, "chi": byChi}

func byGangplank(routes []Route) http.Handler {
	r := gangplank.New()
	for _, route := range routes {
		r.Method(route.Method, route.Path, route.Handler)
	}
	return r
}

// byServeMux is the standard library's. Its "/" would be every path.
func byServeMux(routes []Route) http.Handler {
	mux := http.NewServeMux()
	for _, route := range routes {
		if route.Path == "/" {
			route.Path = "/{$}"
		}
		mux.Handle(route.Method+" "+route.Path, route.Handler)
	}
	return mux
}

func byChi(routes []Route) http.Handler {
	r := chi.NewRouter()
	for _, route := range routes {
		r.Method(route.Method, route.Path, route.Handler)
	}
	return r
}
