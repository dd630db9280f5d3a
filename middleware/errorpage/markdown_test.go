package errorpage_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// A message of several lines is there as a whole, and cannot end its block.
func TestMarkdownOfLines(t *testing.T) {
	cause := errors.New("yaml: unmarshal errors:\n  line 3: cannot unmarshal x\n````\n# no heading")
	s := newSite(development, func(http.ResponseWriter, *http.Request) error { return fmt.Errorf("load: %w", cause) })
	body := s.get(t, local("GET", "/", "Accept", "text/markdown")).Body.String()
	has(t, "the page", body, "- `*errors.errorString` yaml: unmarshal errors:\n\n"+
		"    `````\n    yaml: unmarshal errors:\n      line 3: cannot unmarshal x\n    ````\n    # no heading\n    `````\n")
}

// So it is with source.
func TestMarkdownOfSource(t *testing.T) {
	s := newSite(errorpage.Config{Development: true, Context: 1}, func(http.ResponseWriter, *http.Request) error {
		return errorpage.Trace(errors.New("in a ```` block"))
	})
	body := s.get(t, local("GET", "/", "Accept", "text/markdown")).Body.String()
	has(t, "the page", body, "\n  `````go\n", "Trace(errors.New(\"in a ```` block\"))\n", "\n  `````\n")
}
