package middleware

import (
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/accept"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// ErrorDocumentConfig says which page stands for which status.
type ErrorDocumentConfig struct {
	_ [0]func()

	// Pages is a folder with files such as "404.html", "4xx.html" and "5xx.html".
	// They are read once, at construction; files with other names are left alone.
	Pages fs.FS

	// Handlers answer for a status, before Pages. They get the failed request, with
	// the method GET or HEAD; [gangplank.Context.Failure] tells what happened. The
	// status stays, whatever they write.
	Handlers map[int]http.Handler
}

// Validate reports all that is wrong with the settings.
func (cfg ErrorDocumentConfig) Validate() error {
	_, err := cfg.documents()
	return err
}

// ErrorDocument replaces bare answers of 400 and above by pages for people, like
// Apache's directive of that name: the plain text of [gangplank.Fail],
// [http.Error] and [http.NotFound], or no body at all. What a handler has
// written in another form, such as JSON or a page of its own, stays as it is, and so
// does what is too long to be held back. Only clients that ask for HTML get a page: others
// are served better by the text.
//
// It stands outside of the handlers and middlewares whose answers it replaces,
// inside of compression, and inside or outside of an error page for developers,
// whose pages are no plain text.
func ErrorDocument(cfg ErrorDocumentConfig) gangplank.Middleware {
	docs, err := cfg.documents()
	settings.Check("middleware.ErrorDocument", err)
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
			w.BeforeHead(func(status int, h http.Header) {
				if doc := docs.find(status); doc != nil && bare(w, h) {
					h["Vary"] = append(h["Vary"], "Accept")
					if wantsHTML(r.Header["Accept"]) {
						sendDocument(w, r, doc, status)
					}
				}
			})
			next.ServeHTTP(w, r)
		})
	}
}

// documents is the pages by status; those of a class by its hundred.
type documents struct{ exact, class map[int]http.Handler }

func (d documents) find(status int) http.Handler {
	if doc := d.exact[status]; doc != nil {
		return doc
	}
	return d.class[status/100]
}

func (cfg ErrorDocumentConfig) documents() (documents, error) {
	d := documents{exact: make(map[int]http.Handler), class: make(map[int]http.Handler)}
	var f settings.Faults
	err := d.read(cfg.Pages)
	if err != nil {
		f.Add("Pages", "%w", err)
	}
	for _, status := range slices.Sorted(maps.Keys(cfg.Handlers)) {
		switch {
		case status < 400 || status > 599:
			f.Add("Handlers", "%d is no status of an error", status)
		case cfg.Handlers[status] == nil:
			f.Add("Handlers", "that of %d is nil", status)
		}
		d.exact[status] = cfg.Handlers[status]
	}
	if err == nil && len(d.exact)+len(d.class) == 0 {
		f.Add("Pages, Handlers", "there is no page")
	}
	return d, f.Join()
}

// read reads the pages of a folder.
func (d documents) read(pages fs.FS) error {
	if pages == nil {
		return nil
	}
	files, err := fs.ReadDir(pages, ".")
	if err != nil {
		return fmt.Errorf("reading them: %w", err)
	}
	named := regexp.MustCompile(`^[45](\d\d|xx)\.html$`)
	for _, file := range files {
		name := file.Name()
		if !named.MatchString(name) {
			continue
		}
		page, err := fs.ReadFile(pages, name)
		if err != nil {
			return fmt.Errorf("reading them: %w", err)
		}
		if hundred := int(name[0] - '0'); name[1] == 'x' {
			d.class[hundred] = documentPage(page)
		} else {
			d.exact[hundred*100+int(name[1]-'0')*10+int(name[2]-'0')] = documentPage(page)
		}
	}
	return nil
}

type documentPage []byte

func (p documentPage) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header()["Content-Type"] = []string{"text/html; charset=utf-8"}
	_, _ = w.Write(p)
}

// bare reports whether a whole answer is plain text or nothing.
func bare(w *gangplank.Writer, h http.Header) bool {
	body, whole := w.Held()
	contentType, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	return whole && (len(body) == 0 && contentType == "" || strings.EqualFold(trimOWS(contentType), "text/plain")) && h["Content-Encoding"] == nil
}

// wantsHTML reports whether the client names HTML, and likes it as much as the
// text. "*/*", as of curl, is not meant so.
func wantsHTML(lines []string) bool {
	html, named := accept.Media(lines, "text/html")
	text, _ := accept.Media(lines, "text/plain")
	return named && html > 0 && html >= text
}

// sendDocument replaces the answer. How long the failure may be cached is what
// the handler has said.
func sendDocument(w *gangplank.Writer, r *http.Request, doc http.Handler, status int) {
	h, caching := w.Header(), make(http.Header)
	for name, values := range h {
		if name == "Cache-Control" || overrulesCacheControl(name) {
			caching[name] = values
		}
	}
	if !w.Reset() {
		return
	}
	maps.Copy(h, caching)
	w.WriteHeader(status)
	doc.ServeHTTP(documentWriter{w}, documentRequest(r))
}

// documentRequest is a copy of r that asks for the whole of a page.
func documentRequest(r *http.Request) *http.Request {
	copied := *r
	if r.Method != http.MethodHead {
		copied.Method = http.MethodGet
	}
	copied.Header = maps.Clone(r.Header)
	for _, name := range []string{"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range"} {
		delete(copied.Header, name)
	}
	return &copied
}

// documentWriter keeps the status.
type documentWriter struct{ w *gangplank.Writer }

func (d documentWriter) Header() http.Header         { return d.w.Header() }
func (d documentWriter) Write(p []byte) (int, error) { return d.w.Write(p) }
func (d documentWriter) WriteHeader(int)             {}
