package main

import (
	"bytes"
	"embed"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"os"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/session"
)

//go:embed *.html
var pageHTML embed.FS

//go:embed page.css
var pageCSS string

var pageTemplate = template.Must(template.ParseFS(pageHTML, "*.html"))

// page is what the template shows: notices, or sessions if there are any.
type page struct {
	Title   string
	Mount   string
	User    gangplank.Identity
	Admin   bool
	Flashes []gangplank.Flash
	Process int

	Notices  []notice
	Max      int
	Sessions []session.Listed
}

// render shows the page. Messages are taken from the session when it is sure
// that the page has a place for them.
func render(w http.ResponseWriter, r *http.Request, p page) error {
	c := gangplank.From(r)
	mount := url.URL{Path: c.MountPoint()}
	p.Mount, p.User, p.Admin, p.Flashes = mount.EscapedPath(), c.User(), c.User().HasRole("admin"), c.Session().Flashes()
	p.Max, p.Process = maxNotice, os.Getpid()
	var b bytes.Buffer
	if err := pageTemplate.ExecuteTemplate(&b, "page.html", p); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, err := w.Write(b.Bytes())
	return err
}

func style(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "max-age=3600")
	io.WriteString(w, pageCSS)
}
