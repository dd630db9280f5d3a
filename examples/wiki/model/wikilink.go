package model

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// link is [[Title]], [[Title#Part]], [[Title|label]], or ![[file name]], which
// shows an attachment.
type link struct {
	ast.BaseInline
	title, part, label string
	embed              bool
}

var kindLink = ast.NewNodeKind("WikiLink")

func (*link) Kind() ast.NodeKind { return kindLink }

func (n *link) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"Title": n.title, "Label": n.label}, nil)
}

// linkParser finds links in a paragraph.
type linkParser struct{}

func (linkParser) Trigger() []byte { return []byte{'[', '!'} }

func (linkParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	rest, embed := bytes.CutPrefix(line, []byte("!"))
	rest, ok := bytes.CutPrefix(rest, []byte("[["))
	if !ok {
		return nil
	}
	inner, _, ok := bytes.Cut(rest, []byte("]]"))
	if !ok || bytes.ContainsAny(inner, "[]\n") {
		return nil
	}
	n := newLink(string(inner), embed)
	if n == nil {
		return nil
	}
	block.Advance(len(line) - len(rest) + len(inner) + len("]]"))
	return n
}

func newLink(inner string, embed bool) *link {
	target, label, labelled := strings.Cut(inner, "|")
	title, part, _ := strings.Cut(target, "#")
	n := &link{title: CleanTitle(title), part: strings.TrimSpace(part), label: strings.TrimSpace(label), embed: embed}
	if n.title == "" && n.part == "" {
		return nil
	}
	if !labelled || n.label == "" {
		n.label = strings.TrimSpace(target)
	}
	return n
}

// CleanTitle is how a title is kept: without space around it, and with one space
// or underscore, which stands for one, between its words.
func CleanTitle(title string) string {
	return strings.Join(strings.FieldsFunc(title, func(r rune) bool { return r == ' ' || r == '_' || r == '\t' }), " ")
}
