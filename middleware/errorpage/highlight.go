package errorpage

import (
	"go/scanner"
	"go/token"
	"html/template"
	"strings"
)

// highlighted is a line of source with its tokens marked.
type highlighted struct {
	Line
	HTML template.HTML
}

// highlight marks comments, strings, numbers and keywords. An excerpt may begin
// anywhere: what the scanner makes of half a comment is no worse than no colour.
func highlight(lines []Line) []highlighted {
	var src strings.Builder
	for _, l := range lines {
		src.WriteString(strings.ReplaceAll(l.Text, "\n", " ") + "\n")
	}
	marked := strings.Split(markTokens(src.String()), "\n")
	out := make([]highlighted, len(lines))
	for i, l := range lines {
		out[i] = highlighted{l, template.HTML(marked[i])}
	}
	return out
}

// markTokens returns HTML with as many lines as src.
func markTokens(src string) string {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(src))
	s.Init(file, []byte(src), func(token.Position, string) {}, scanner.ScanComments)
	var b strings.Builder
	at := 0
	for {
		pos, tok, lit := s.Scan()
		offset := file.Offset(pos)
		if tok == token.EOF || offset < at {
			break
		}
		end := offset + len(lit)
		class := classOf(tok)
		if class == "" || end > len(src) {
			continue
		}
		b.WriteString(template.HTMLEscapeString(src[at:offset]))
		for i, part := range strings.Split(src[offset:end], "\n") {
			if i > 0 {
				b.WriteString("\n")
			}
			b.WriteString(`<span class="` + class + `">` + template.HTMLEscapeString(part) + "</span>")
		}
		at = end
	}
	b.WriteString(template.HTMLEscapeString(src[at:]))
	return b.String()
}

func classOf(tok token.Token) string {
	switch {
	case tok == token.COMMENT:
		return "c"
	case tok == token.STRING || tok == token.CHAR:
		return "s"
	case tok == token.INT || tok == token.FLOAT || tok == token.IMAG:
		return "n"
	case tok.IsKeyword():
		return "k"
	}
	return ""
}
