package errorpage_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// A panic is told with the request that the page has seen. Its path parameters are
// in the copy with which a layer between has gone on, and in the path.
func TestParametersBehindACopy(t *testing.T) {
	copying := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, r.WithContext(r.Context())) })
	}
	s := gangplank.New()
	s.Use(errorpage.New(development), copying)
	panics := func(_ http.ResponseWriter, r *http.Request) { panic("no token " + r.PathValue("token")) }
	for _, pattern := range []string{"/reset/{token}", "/reset/{token}/of/{user}.html", "/n/{id:[0-9]{2}}/{token}"} {
		s.HandleFunc(pattern, panics)
	}
	for target, want := range map[string][]errorpage.Field{
		"/reset/open-sesame-42":               {{Name: "token", Value: "[hidden: the name says secret]"}},
		"/reset/open-sesame-42/of/a%2Fb.html": {{Name: "token", Value: "[hidden: the name says secret]"}, {Name: "user", Value: "a/b"}},
		"/n/17/open-sesame-42":                {{Name: "id", Value: "17"}, {Name: "token", Value: "[hidden: the name says secret]"}},
	} {
		rec, panicked := (&site{Router: s}).serve(local("GET", target, "Accept", "application/json"))
		var problem struct{ Debug errorpage.Report }
		if err := json.Unmarshal(rec.Body.Bytes(), &problem); err != nil || panicked != nil {
			t.Fatalf("%s: got %v, %v", target, err, panicked)
		}
		got := problem.Debug.Request.Params
		if len(got) != len(want) {
			t.Errorf("%s: got %v, want %v", target, got, want)
			continue
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s: got %v, want %v", target, got[i], want[i])
			}
		}
		hasNot(t, target, withoutSource(rec.Body.String()), "open-sesame-42")
	}
}
