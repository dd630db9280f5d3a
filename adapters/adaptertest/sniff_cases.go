package adaptertest

import (
	"io"
	"net/http"
)

// Content-Type is found by looking at the body where the handler names none
// (CVE-2020-24553: a fixed default made pages of uploads).
func sniffCases() []Case {
	const (
		html  = "<!DOCTYPE html><title>page</title>"
		plain = "text/plain; charset=utf-8"
		typed = "text/html; charset=utf-8"
		gzip  = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
	)
	set := func(name, value string) func(http.Header) {
		return func(h http.Header) { h.Set(name, value) }
	}
	sniff := func(name, doc, body, want string, edit func(http.Header)) Case {
		return sniffCase(name, doc, want, edit, body)
	}
	return []Case{
		sniff("html", "HTML.", html, typed, nil),
		sniff("text", "Text.", "hello", plain, nil),
		sniff("png", "An image.", "\x89PNG\x0d\x0a\x1a\x0a....", "image/png", nil),
		sniff("binary", "Anything else.", "\x00\x01\x02", "application/octet-stream", nil),
		sniff("empty", "Nothing to look at, no type.", "", absent, nil),
		sniff("own", "The handler's own type stays as it is.", html, "text/x-own;a=b", set("Content-Type", "text/x-own;a=b")),
		sniff("none", "A nil value turns it off.", html, absent, func(h http.Header) { h["Content-Type"] = nil }),
		sniff("encoded", "So does Content-Encoding: the coding's own type would be named (F17, golang/go#31753).", gzip, absent, set("Content-Encoding", "gzip")),
		sniff("encoded-empty", "But not an empty one.", html, typed, set("Content-Encoding", "")),
		sniffCase("split", "What is held back is looked at as a whole.", typed, nil, html[:5], html[5:]),
	}
}

func sniffCase(name, doc, want_ string, edit func(http.Header), parts ...string) Case {
	var whole string
	for _, part := range parts {
		whole += part
	}
	return Case{
		Name: "sniff/" + name,
		Doc:  doc,
		handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
			if edit != nil {
				edit(w.Header())
			}
			for _, part := range parts {
				io.WriteString(w, part)
			}
		},
		want: want{body: whole, header: map[string]string{"Content-Type": want_}},
	}
}
