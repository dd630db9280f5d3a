package model

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// nowhere is for texts of which only the words are wanted.
type nowhere struct{}

func (nowhere) Page(string) (string, bool) { return "", true }
func (nowhere) File(string) string         { return "" }

// Plain returns what a reader sees of a page's text, as one line: its words, and
// those in place of its images.
func Plain(source string) string {
	var out strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(HTML(source, nowhere{})))
	for {
		switch tokens.Next() {
		case html.ErrorToken: // the end: a strings.Reader has no other
			return strings.Join(strings.Fields(out.String()), " ")
		case html.TextToken:
			out.Write(tokens.Text())
		default:
			out.WriteString(instead(tokens.Token()))
		}
	}
}

// instead is what stands for a tag: nothing, if it may be inside a word.
func instead(tag html.Token) string {
	switch tag.DataAtom {
	case atom.A, atom.B, atom.Code, atom.Del, atom.Em, atom.I, atom.Ins, atom.Mark, atom.S, atom.Small, atom.Span, atom.Strong, atom.Sub, atom.Sup, atom.U:
		return ""
	case atom.Img:
		for _, a := range tag.Attr {
			if a.Key == "alt" {
				return " " + a.Val + " "
			}
		}
	}
	return " "
}
