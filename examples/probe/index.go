package main

import (
	_ "embed"
	"html/template"
	"net/http"
	"net/url"

	"github.com/gangplank-web/gangplank"
)

//go:embed index.html
var indexHTML string

// link is a row of the index. What is no GET has no link.
type link struct{ Method, Path, About string }

var links = []link{
	{"GET", "/env", "what the request looked like, as JSON"},
	{"POST", "/echo", "the body, streamed back; ?buffer=1 reads it first"},
	{"POST", "/sum", "size and SHA-256 of the body"},
	{"POST", "/upload", "size and SHA-256 of the files of a form"},
	{"GET", "/bytes/1000", "so many bytes; ?flush=1 without a length, ?length=N with a wrong one"},
	{"GET", "/status/418", "that status"},
	{"GET", "/stream?n=5&ms=500", "five lines, half a second apart"},
	{"GET", "/sse?n=5&ms=500", "the same as an event stream"},
	{"GET", "/redirect?to=/env", "a redirect below the mount point"},
	{"GET", "/cookies?n=3", "so many cookies"},
	{"GET", "/header/1000", "a header field of so many bytes"},
	{"GET", "/early", "103 Early Hints before the answer"},
	{"GET", "/upgrade", "the connection taken over, where it is the client's own"},
	{"GET", "/sleep/2000", "an answer after so many milliseconds, unless the client goes"},
	{"GET", "/sleep", "how many of those were started, finished and cancelled"},
	{"GET", "/panic", "a panic; ?after=N flushed bytes, ?half=N bytes, ?abort=1 silently"},
	{"GET", "/error/conflict", "an error: notfound, conflict, toolarge, timeout, wrapped"},
	{"GET", "/stderr?msg=hello", "a line in the web server's error log"},
	{"GET", "/url", "the address of a named route"},
	{"GET", "/page", "20 kB of HTML with validators, compressed; ?coding=, ?padded=1"},
	{"GET", "/session", "a counter of the visits of this browser"},
	{"POST", "/session/renew", "a new id for the session, with the same count"},
	{"POST", "/session/destroy", "the end of the session"},
	{"GET", "/flash?set=hello", "a message, which /flash then shows once"},
	{"GET", "/private", "a page for alice, password wonderland"},
}

var indexPage = template.Must(template.New("index").Parse(indexHTML))

func index(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	mount := url.URL{Path: gangplank.From(r).MountPoint()}
	indexPage.Execute(w, map[string]any{"Mount": mount.EscapedPath(), "Links": links})
}
