package bench_test

import "net/http"

func muxSite(got func(string)) http.Handler {
	m := http.NewServeMux()
	for _, route := range siteRoutes {
		h := func(http.ResponseWriter, *http.Request) {}
		switch route {
		case paramRoute:
			h = func(_ http.ResponseWriter, r *http.Request) { got(r.PathValue("name")) }
		case "/":
			route = "/{$}" // "/" alone would match everything
		}
		m.HandleFunc("GET "+route, h)
	}
	return m
}
