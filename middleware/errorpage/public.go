package errorpage

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/gangplank-web/gangplank"
)

// Page is what a template of [Config].Templates is executed with: nothing that
// the client may not know.
type Page struct {
	Status    int
	Title     string // "Not Found"
	Text      string // the public text; may be equal to Title
	ID        string // of the error; empty when it is not worth one
	RequestID string
	Method    string
	Path      string // below the mount point
	Mount     string // the mount point, for links: {{.Mount}}/static/site.css
	Nonce     string // of the Content-Security-Policy that is set already, or empty

	errors json.RawMessage // see problemErrors
}

func (p *page) publicPage(w http.ResponseWriter, r *http.Request, f *failure) *Page {
	c := gangplank.From(r)
	return &Page{
		Status: f.status, Title: titleOf(f.status), Text: f.public, ID: f.id, RequestID: c.RequestID(),
		Method: r.Method, Path: r.URL.Path, Mount: c.MountPoint(), Nonce: nonceIn(w.Header()),
		errors: problemErrors(f.answer),
	}
}

func titleOf(status int) string {
	if text := http.StatusText(status); text != "" {
		return text
	}
	return "Error " + strconv.Itoa(status)
}

// writePage answers with the page for everybody.
func (p *page) writePage(w http.ResponseWriter, r *http.Request, f *failure) {
	page := p.publicPage(w, r, f)
	switch formatFor(r) {
	case asHTML:
		p.writeHTML(w, r, page)
	case asProblem:
		send(w, f.status, asProblem, problemJSON(page, nil))
	case asMarkdown:
		send(w, f.status, asMarkdown, page.markdown())
	default:
		send(w, f.status, asText, page.text())
	}
}

func send(w http.ResponseWriter, status int, form format, body []byte) {
	w.Header().Set("Content-Type", contentTypes[form])
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// text is the form for terminals.
func (p *Page) text() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s\n", p.Status, p.Title)
	if p.Text != p.Title {
		b.WriteString(p.Text + "\n")
	}
	if p.ID != "" {
		b.WriteString("Error id " + p.ID + "\n")
	}
	return []byte(b.String())
}

func (p *Page) markdown() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# %d %s\n", p.Status, markdownText(p.Title))
	if p.Text != p.Title {
		b.WriteString("\n" + markdownText(p.Text) + "\n")
	}
	if p.ID != "" {
		b.WriteString("\nError id: `" + p.ID + "`\n")
	}
	return []byte(b.String())
}

// fieldErrors is what is wrong with single fields of a request, such as form.Errors:
// a member of problem+json that says so to programs.
type fieldErrors interface{ ProblemErrors() any }

// saysAll reports whether the client is told all that there is to know about err:
// nobody has to look into "There is no such page", or into a name left out of a form.
func saysAll(err error) bool {
	switch e := err.(type) {
	case *gangplank.HTTPError:
		return e.Cause == nil
	case fieldErrors:
		return true
	}
	return false
}

// problemErrors asks the error that gives the answer alone: a cause is private.
func problemErrors(err error) json.RawMessage {
	var answer interface{ HTTPStatus() int }
	if !errors.As(err, &answer) {
		return nil
	}
	e, ok := answer.(fieldErrors)
	if !ok {
		return nil
	}
	b, err := json.Marshal(e.ProblemErrors())
	if err != nil {
		return nil
	}
	return json.RawMessage(printable(string(b)))
}

// problemJSON is RFC 9457's form. The type about:blank says that title and
// status are HTTP's own; the other members are extensions, of which errors is the
// one in its section 3.
func problemJSON(p *Page, debug *Report) []byte {
	problem := struct {
		Type      string          `json:"type"`
		Title     string          `json:"title"`
		Status    int             `json:"status"`
		Detail    string          `json:"detail,omitempty"`
		Errors    json.RawMessage `json:"errors,omitempty"`
		ErrorID   string          `json:"error_id,omitempty"`
		RequestID string          `json:"request_id,omitempty"`
		Debug     *Report         `json:"debug,omitempty"`
	}{Type: "about:blank", Title: p.Title, Status: p.Status, Errors: p.errors, ErrorID: p.ID, RequestID: p.RequestID, Debug: debug}
	if p.Text != p.Title {
		problem.Detail = p.Text
	}
	b, err := json.Marshal(problem)
	if err != nil {
		panic(err)
	}
	return append(b, '\n')
}

//go:embed public.html
var publicHTML string

// Templates are parsed at the first error: a CGI program that has none should
// not pay for it at its start.
var publicTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("public").Parse(publicHTML))
})

// writeHTML uses the user's template. If that fails, or there is none, it is ours.
func (p *page) writeHTML(w http.ResponseWriter, r *http.Request, page *Page) {
	var b bytes.Buffer
	if t := p.templateFor(page.Status); t != nil {
		err := t.Execute(&b, page)
		if err == nil {
			send(w, page.Status, asHTML, b.Bytes())
			return
		}
		gangplank.From(r).Logger().Error("errorpage: a template failed", "template", t.Name(), "error", err)
		b.Reset()
	}
	page.Nonce = setPolicy(w.Header(), "'none'")
	if err := publicTemplate().Execute(&b, page); err != nil {
		panic(err)
	}
	send(w, page.Status, asHTML, b.Bytes())
}

func (p *page) templateFor(status int) *template.Template {
	for _, key := range []string{strconv.Itoa(status), strconv.Itoa(status/100) + "xx", ""} {
		if t := p.Templates[key]; t != nil {
			return t
		}
	}
	return nil
}
