package main

import (
	"crypto/sha256"
	"crypto/tls"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"

	"github.com/gangplank-web/gangplank"
)

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string

	page = template.Must(template.New("page").Parse(pageHTML))
	// The policy allows the page's own style sheet, by its digest, and nothing else.
	policy = "default-src 'none'; style-src 'sha256-" + digest(pageCSS) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// view is what the page shows.
type view struct {
	CSS      template.CSS
	Host     string
	Software string
	Sections []section
}

type section struct {
	Title string
	About string
	Rows  []row
}

func show(w http.ResponseWriter, r *http.Request) {
	c := gangplank.From(r)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Robots-Tag", "noindex")
	err := page.Execute(w, view{
		CSS:      template.CSS(pageCSS),
		Host:     r.Host,
		Software: c.Gateway().Software,
		Sections: []section{
			{"Request", "What the handler sees: the same behind every gateway.", request(r, c)},
			{"Header", "The request's fields.", header(r.Header)},
			{"Gateway", "The variables that the web server sent with the request.", variables(c.Gateway())},
			{"Process", "Where the program runs.", process()},
			{"Environment", "The program's own environment, which is no part of the request.", environment(c.Gateway())},
		},
	})
	if err != nil {
		c.Logger().Warn("the page was not sent", "err", err)
	}
}

func request(r *http.Request, c *gangplank.Context) []row {
	g := c.Gateway()
	rows := []row{
		{Name: "method", Value: r.Method},
		{Name: "request URI", Value: r.RequestURI},
		{Name: "mount point", Value: g.ScriptName},
		{Name: "path below it", Value: r.URL.Path},
		{Name: "query", Value: r.URL.RawQuery},
		{Name: "host", Value: r.Host},
		{Name: "protocol", Value: r.Proto},
		{Name: "remote address", Value: r.RemoteAddr},
		{Name: "user", Value: c.User().Name},
		{Name: "interface", Value: g.Interface},
		{Name: "role", Value: g.Role},
	}
	if r.TLS != nil {
		rows = append(rows,
			row{Name: "TLS", Value: tls.VersionName(r.TLS.Version) + " " + tls.CipherSuiteName(r.TLS.CipherSuite)},
			row{Name: "TLS server name", Value: r.TLS.ServerName})
	}
	return rows
}
