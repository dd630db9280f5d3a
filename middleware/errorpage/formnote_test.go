package errorpage_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// A form of which ParseForm has dropped a part says so, in all forms of the page
// and in the command that repeats the request; a whole one, however it is escaped,
// does not.
func TestFormNote(t *testing.T) {
	const text = "two words, ~50% *!'() a=b&c\r\nünd so"
	browser := "note=two+words%2C+%7E50%25+*%21%27%28%29+a%3Db%26c%0D%0A%C3%BCnd+so"
	component := "note=two%20words%2C%20~50%25%20*!'()%20a%3Db%26c%0D%0A%C3%BCnd%20so"
	for _, tt := range []struct {
		body  string
		whole bool
	}{
		{"a=1&b=it's;x", false},
		{"a=1&b=%zz&c=2", false},
		{"a=1&" + browser + "&b=it's;x", false},
		{"b=it's;x", false},
		{"a=1", true},
		{"a=1&b&c=", true},
		{"a=hello world, typed in!", true},
		{url.Values{"note": {text}, "a": {""}}.Encode(), true},
		{"note=" + strings.ReplaceAll(url.QueryEscape(text), "+", "%20"), true},
		{browser + "&a=1&a=2", true},
		{component, true},
		{strings.ReplaceAll(component, "%20", "+"), true},
	} {
		s := newSite(errorpage.Config{Development: true}, func(_ http.ResponseWriter, r *http.Request) error {
			_ = r.ParseForm() // the error goes nowhere
			return errors.New("oh no")
		})
		for _, accept := range formats {
			r := local("POST", "/", "Accept", accept, "Content-Type", "application/x-www-form-urlencoded")
			sent := httptest.NewRequest("POST", "/", strings.NewReader(tt.body))
			r.Body, r.ContentLength = sent.Body, sent.ContentLength
			page := s.get(t, r).Body.String()
			if noted := strings.Contains(page, "a part could not be read"); noted == tt.whole {
				t.Errorf("%s, %q: noted %v", accept, tt.body, noted)
			}
			if accept != "application/json" || tt.whole || tt.body == "b=it's;x" {
				continue
			}
			var problem struct{ Debug errorpage.Report }
			if err := json.Unmarshal([]byte(page), &problem); err != nil || !strings.HasPrefix(problem.Debug.Curl, "# The body's ") {
				t.Errorf("%v, %s", err, problem.Debug.Curl)
			}
		}
	}
}
