package main

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

func handler() http.Handler {
	r := gangplank.New()
	r.Around(errorpage.Probe) // for the list of layers on the page
	r.Use(errorpage.New(errorpage.Config{}))
	r.Get("/", index)

	r.HandleFunc("/env", env)
	r.HandleFunc("/env/*", env) // for looking at odd paths
	r.HandleFunc("/echo", gangplank.Try(echo))
	r.Post("/sum", gangplank.Try(sum))
	r.Post("/upload", gangplank.Try(upload))

	r.Get("/bytes/{n}", gangplank.Try(sendBytes))
	r.HandleFunc("/status/{code}", gangplank.Try(status))
	r.Get("/redirect", gangplank.Try(redirect))
	r.Get("/cookies", gangplank.Try(cookies))
	r.Get("/header/{n}", gangplank.Try(bigHeader))
	r.Get("/early", early)
	r.Get("/upgrade", gangplank.Try(upgrade))

	var clock clock
	r.Get("/stream", gangplank.Try(clock.stream))
	r.Get("/sse", gangplank.Try(clock.events))
	r.Get("/sleep", clock.report)
	r.Get("/sleep/{ms}", gangplank.Try(clock.sleep))

	r.Get("/panic", gangplank.Try(doPanic))
	r.Get("/error/{kind}", gangplank.Try(fail))
	r.Get("/stderr", stderr)

	r.Get("/url", pageURL)
	r.Get("/pages/{name}", showName).Name("page")
	r.Get("/page", page)

	inSession := r.With(sessions())
	inSession.Get("/session", gangplank.Try(count))
	inSession.Post("/session/renew", renew)
	inSession.Post("/session/destroy", destroy)
	inSession.Get("/flash", flash)
	r.With(private()...).Get("/private", hello)
	return r
}

// writeJSON answers with v on one line.
func writeJSON(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(v)
}

// number reads a parameter of the path.
func number(r *http.Request, name string, min, max int64) (int64, error) {
	return parse(name, r.PathValue(name), min, max)
}

// queryNumber reads a parameter of the query, which may be absent.
func queryNumber(r *http.Request, name string, absent, max int64) (int64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return absent, nil
	}
	return parse(name, text, 0, max)
}

func parse(name, text string, min, max int64) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < min || n > max {
		return 0, gangplank.Error(http.StatusBadRequest,
			name+" must be a number from "+strconv.FormatInt(min, 10)+" to "+strconv.FormatInt(max, 10)+".").Because(err)
	}
	return n, nil
}
