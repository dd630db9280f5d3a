package errorpage

import (
	"strings"
)

// curl is a command that repeats the request, as far as it may be shown: what
// was hidden has to be filled in.
func curl(r *Report) string {
	q := r.Request
	scheme := "http"
	if q.TLS != "" {
		scheme = "https"
	}
	var b strings.Builder
	b.WriteString("curl -i")
	if q.Method != "GET" {
		b.WriteString(" -X " + shellQuote(q.Method))
	}
	for _, f := range q.Header {
		switch f.Name {
		case "Content-Length", "Accept-Encoding", "Connection", "Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-Fetch-User",
			"Sec-Ch-Ua", "Sec-Ch-Ua-Mobile", "Sec-Ch-Ua-Platform", "Upgrade-Insecure-Requests", "Priority":
			continue
		}
		b.WriteString(" \\\n  -H " + shellQuote(f.Name+": "+f.Value))
	}
	switch {
	case len(q.Form) > 0:
		for _, f := range q.Form {
			b.WriteString(" \\\n  --data-urlencode " + shellQuote(f.Name+"="+f.Value))
		}
	case q.FormNote != "" || q.Length > 0:
		b.WriteString(" \\\n  --data-binary @body")
	}
	target := q.URI
	if !strings.Contains(target, "://") {
		target = scheme + "://" + q.Host + target
	}
	return b.String() + " \\\n  " + shellQuote(target)
}

// shellQuote quotes for a POSIX shell.
func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
