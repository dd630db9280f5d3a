package view_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/examples/wiki/view"
)

// language is how an engine writes the files around a test's template.
type language struct{ layout, partials, before, after string }

var languages = map[string]language{
	"template": {`{{block "main" .}}{{end}}`, `{{define "none"}}{{end}}`, `{{define "main"}}`, `{{end}}`},
	"jinja":    {`{% block main %}{% endblock %}`, ``, `{% extends "layout.html" %}{% block main %}`, `{% endblock %}`},
}

// render shows one template with an engine. Title is what a user wrote.
func render(t *testing.T, engine, template string) (string, error) {
	t.Helper()
	dir, l := t.TempDir(), languages[engine]
	for file, text := range map[string]string{"layout.html": l.layout, "partials.html": l.partials, "page.html": l.before + template + l.after} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r, err := view.New(engine, dir)
	if err != nil {
		return "", err
	}
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	body := struct {
		HTML    view.HTML
		At      *time.Time
		B, K, M int64
		List    []string
	}{"<b>bold</b>", &at, 999, 1500, 2_340_000, []string{"<i>"}}
	var out strings.Builder
	err = r.Render(&out, "page", &view.Data{Page: view.Page{Title: `<i>&"'`, Body: body}})
	return out.String(), err
}

func TestRender(t *testing.T) {
	for _, c := range []struct{ engine, template, want string }{
		{"template", `{{.Title}}`, "&lt;i&gt;&amp;&#34;&#39;"},
		{"jinja", `{{ page.Title }}`, "&lt;i&gt;&amp;&#34;&#39;"},
		{"template", `{{trusted .Body.HTML}} {{.Body.HTML}}`, "<b>bold</b> &lt;b&gt;bold&lt;/b&gt;"},
		{"jinja", `{{ page.Body.HTML|trusted }} {{ page.Body.HTML }}`, "<b>bold</b> &lt;b&gt;bold&lt;/b&gt;"},
		{"template", `{{when .Body.At}} {{stamp .Body.At}}`, "4 March 2026, 05:06 2026-03-04T05:06:07Z"},
		{"jinja", `{{ page.Body.At|when }} {{ page.Body.At|stamp }}`, "4 March 2026, 05:06 2026-03-04T05:06:07Z"},
		{"template", `{{size .Body.B}}, {{size .Body.K}}, {{size .Body.M}}`, "999 bytes, 2 kB, 2.3 MB"},
		{"jinja", `{{ page.Body.B|size }}, {{ page.Body.K|size }}, {{ page.Body.M|size }}`, "999 bytes, 2 kB, 2.3 MB"},
		{"template", `{{range .Body.List}}{{.}}{{end}}`, "&lt;i&gt;"},
		{"jinja", `{% for text in page.Body.List %}{{ text }}{% endfor %}`, "&lt;i&gt;"},
		{"jinja", `{{ "<" ~ page.Title }}`, "&lt;&lt;i&gt;&amp;&#34;&#39;"},
		{"jinja", `{% macro m(x) %}<b>{{ x }}</b>{% endmacro %}{{ m(page.Title) }}`, "<b>&lt;i&gt;&amp;&#34;&#39;</b>"},
	} {
		if got, err := render(t, c.engine, c.template); err != nil || got != c.want {
			t.Errorf("%s: %s: got %q, %v, want %q", c.engine, c.template, got, err, c.want)
		}
	}
}

// No template can show as HTML what does not have that type, and none that is
// wrong makes a page with something left out.
func TestRefusals(t *testing.T) {
	for _, c := range []struct{ engine, template, because string }{
		{"template", `{{trusted .Title}}`, "expected view.HTML"},
		{"jinja", `{{ page.Title|trusted }}`, "view.HTML"},
		{"jinja", `{{ page.Title|safe }}`, "safe"},
		{"jinja", `{% autoescape false %}{{ page.Title }}{% endautoescape %}`, "autoescape"},
		{"jinja", `{% include "/etc/passwd" %}`, "include"},
		{"template", `{{when .Title}}`, "expected time.Time"},
		{"jinja", `{{ page.Title|when }}`, "time.Time"},
		{"jinja", `{{ page.Title|size }}`, "int64"},
		{"template", `{{.Titel}}`, "Titel"},
		{"jinja", `{{ page.Titel }}`, "Titel"},
		{"jinja", `{{ pages }}`, "pages"},
		{"template", `{{if}}`, "if"},
		{"jinja", `{% if %}`, "if"},
	} {
		if got, err := render(t, c.engine, c.template); err == nil || !strings.Contains(err.Error(), c.because) {
			t.Errorf("%s: %s: got %q, %v, want an error that says %q", c.engine, c.template, got, err, c.because)
		}
	}
}
