package main

import (
	"bytes"
	_ "embed"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"os"

	"github.com/gangplank-web/gangplank"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// page is what the template shows.
type page struct {
	Mount   string
	User    gangplank.Identity
	Admin   bool
	Flashes []gangplank.Flash
	Notices []notice
	Max     int
	Process int
}

// render shows the page. Messages are taken from the session when it is sure
// that the page has a place for them.
func render(w http.ResponseWriter, r *http.Request, notices []notice) error {
	c := gangplank.From(r)
	mount := url.URL{Path: c.MountPoint()}
	p := page{
		Mount: mount.EscapedPath(), User: c.User(), Admin: c.User().HasRole("admin"), Flashes: c.Session().Flashes(),
		Notices: notices, Max: maxNotice, Process: os.Getpid(),
	}
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, p); err != nil {
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
