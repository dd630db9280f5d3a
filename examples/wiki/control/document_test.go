package control_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// document is a page's nodes in order, each with its depth and all that it says.
func document(t *testing.T, page []byte) (lines []string) {
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Error(err)
		return nil
	}
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		if text := node(n); text != "" {
			lines = append(lines, strings.Repeat(" ", depth)+text)
		}
		for child := range n.ChildNodes() {
			walk(child, depth+1)
		}
	}
	walk(root, 0)
	return lines
}

// node shows one node: attributes in the order of their names, and white space as
// a browser would. Empty is what makes no difference.
func node(n *html.Node) string {
	switch n.Type {
	case html.ElementNode:
		var out strings.Builder
		out.WriteString("<" + n.Data)
		slices.SortFunc(n.Attr, func(a, b html.Attribute) int { return strings.Compare(a.Key, b.Key) })
		for _, a := range n.Attr {
			out.WriteString(" " + a.Key + "=" + a.Val)
		}
		return out.String()
	case html.TextNode:
		if slices.Contains([]string{"textarea", "pre", "code"}, n.Parent.Data) {
			return n.Data
		}
		text := strings.Join(strings.FieldsFunc(" "+n.Data+" ", isSpace), " ")
		if text == "" {
			return ""
		}
		return "“" + edge(n.Data[0]) + text + edge(n.Data[len(n.Data)-1]) + "”"
	}
	return n.Data // of the document, a doctype or a comment
}

// isSpace is what HTML collapses, and not what Unicode calls space.
func isSpace(r rune) bool { return strings.ContainsRune(" \t\r\n\f", r) }

// edge keeps that there is space between a text and its neighbour.
func edge(b byte) string {
	if isSpace(rune(b)) {
		return " "
	}
	return ""
}

func difference(t *testing.T, what string, got, want []string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		g, w := append(got, "(the end)")[min(i, len(got))], append(want, "(the end)")[min(i, len(want))]
		if g != w {
			t.Errorf("%s: node %d after\n%s\nis %s\nwant %s", what, i, strings.Join(want[max(0, i-3):min(i, len(want))], "\n"), g, w)
			return
		}
	}
}
