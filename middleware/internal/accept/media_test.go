package accept_test

import (
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/internal/accept"
)

func TestMedia(t *testing.T) {
	t.Parallel()
	const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
	for _, tt := range []struct {
		desc      string
		lines     []string
		mediaType string
		weight    int
		named     bool
	}{
		{"no field", nil, "text/html", 1000, false},
		{"an empty field", []string{""}, "text/html", 0, false},
		{"named", []string{browser}, "text/html", 1000, true},
		{"named with a weight", []string{browser}, "application/xml", 900, true},
		{"a wildcard", []string{browser}, "text/plain", 800, false},
		{"not named", []string{"application/json"}, "text/html", 0, false},
		{"refused", []string{"text/html;q=0, */*"}, "text/html", 0, true},
		{"refused by its kind", []string{"text/*;q=0, */*"}, "text/html", 0, false},
		{"the more specific counts", []string{"*/*;q=0.1, text/*;q=0.2, text/html;q=0.3"}, "text/html", 300, true},
		{"in any order", []string{"text/html;q=0.3", "text/*;q=0.2, */*"}, "text/html", 300, true},
		{"named twice", []string{"text/html;q=0.3, text/html;level=1;q=0.4"}, "text/html", 400, true},
		{"case and spaces", []string{" Text/HTML ; Q=0.5 "}, "text/html", 500, true},
		{"garbage", []string{"text/html;q=much"}, "text/html", 0, true},
		{"no range", []string{"text, html, ;q=1, /"}, "text/html", 0, false},
		{"too far behind", []string{strings.Repeat(",", 64) + "text/html"}, "text/html", 0, false},
		{"half a wildcard", []string{"*/html"}, "text/html", 0, false},
		{"of a syntax", []string{"text/html, application/hal+JSON;q=0.5, application/x+json;q=0.4"}, "application/*+json", 500, true},
		{"of a syntax, by its kind", []string{"application/*;q=0.5, application/json, application/+json, a+json"}, "application/*+json", 500, false},
	} {
		if weight, named := accept.Media(tt.lines, tt.mediaType); weight != tt.weight || named != tt.named {
			t.Errorf("%s: got %d, %v, want %d, %v", tt.desc, weight, named, tt.weight, tt.named)
		}
	}
}

func FuzzMedia(f *testing.F) {
	f.Add("text/html;q=0.5, */*;q=0")
	f.Add("text/*;;q=1;q=,")
	f.Fuzz(func(t *testing.T, line string) {
		weight, named := accept.Media([]string{line}, "text/html")
		if weight < 0 || weight > 1000 {
			t.Errorf("got %d", weight)
		}
		if strings.Count(line, ",") > 60 {
			return // more than is read
		}
		if again, _ := accept.Media([]string{line, "text/html"}, "text/html"); again != 1000 {
			t.Errorf("named besides, it weighs %d", again)
		}
		if more, same := accept.Media([]string{line, "image/png"}, "text/html"); more != weight || same != named {
			t.Errorf("another type changes it: %d, %v, and before %d, %v", more, same, weight, named)
		}
	})
}
