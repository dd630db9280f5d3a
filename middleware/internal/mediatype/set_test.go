package mediatype_test

import (
	"slices"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/internal/mediatype"
)

func TestSet(t *testing.T) {
	t.Parallel()
	text, mixed := []string{"text/*"}, []string{"Application/JSON", "*+XML", "Text/*", "image/bmp"}
	for _, tt := range []struct {
		patterns    []string
		contentType string
		want        bool
	}{
		{nil, "text/html", false},
		{nil, "", false},
		{text, "text/html", true},
		{text, "TEXT/html", true},
		{text, " text/html\t; charset=utf-8", true},
		{text, "text/html;", true},
		{text, "text", false},
		{text, "text/", false},
		{text, "xtext/html", false},
		{text, "te\u017ft/html", false},
		{text, "text/event-stream", false},
		{text, "Text/Event-Stream; charset=utf-8", false},
		{[]string{"text/*", "text/event-stream"}, "text/event-stream", true},
		{[]string{"Text/Event-Stream"}, "Text/Event-Stream", true},
		{[]string{"Text/Event-Stream"}, "text/html", false},
		{mixed, "application/json", true},
		{mixed, "application/jso", false},
		{mixed, "application/jsonp", false},
		{mixed, "image/svg+xml", true},
		{mixed, "image/svg+XML ; a=b", true},
		{mixed, "image/svg+xml+zip", false},
		{mixed, "+xml", false},
		{mixed, "xml", false},
		{mixed, "text/plain", true},
		{mixed, "image/BMP", true},
		{mixed, "image/png", false},
		{mixed, "", false},
		{mixed, ";", false},
	} {
		set, bad := mediatype.Parse(tt.patterns)
		if got := set.Has(tt.contentType); got != tt.want || bad != nil {
			t.Errorf("%q in %q: got %v, want %v; bad: %q", tt.contentType, tt.patterns, got, tt.want, bad)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	good := []string{"text/html", "text/*", "*+json", "application/vnd.a-b+c"}
	wrong := []string{"", "text", "*", "*/*", "*/html", "*+", "*+a/b", "text/", "/html", "text/html; charset=utf-8", "text/h*", "a/b/c"}
	if _, bad := mediatype.Parse(slices.Concat(good, wrong)); !slices.Equal(bad, wrong) {
		t.Errorf("got %q, want %q", bad, wrong)
	}
}

// What is sent most is decided without an allocation, in whatever case.
func TestAllocations(t *testing.T) {
	set, _ := mediatype.Parse(mediatype.Compressible())
	for _, contentType := range []string{"text/html; charset=utf-8", "Application/JSON", "image/png"} {
		if n := testing.AllocsPerRun(100, func() { set.Has(contentType) }); n != 0 {
			t.Errorf("%s: got %v allocations, want 0", contentType, n)
		}
	}
}
