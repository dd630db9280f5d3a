package model

import (
	"bytes"
	"html"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	goldmarkhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// CategoryPrefix starts the title of a category: a page that links to
// [[Category:Ships]] belongs to it.
const CategoryPrefix = "Category:"

// Links tells the markup where things are.
type Links interface {
	// Page returns the address of a page, and whether there is one.
	Page(title string) (href string, exists bool)
	// File returns the address of one of the page's attachments.
	File(name string) (href string)
}

// HTML makes what is shown of a page's text. Whatever the text is, the result
// has no script, no style and no element that could leave its place.
func HTML(source string, links Links) string {
	md := goldmark.New(
		goldmark.WithExtensions(extension.GFM, extension.Footnote),
		goldmark.WithParserOptions(parser.WithAutoHeadingID(), wikiLinks),
		goldmark.WithRendererOptions(
			goldmarkhtml.WithUnsafe(), // the policy decides
			renderer.WithNodeRenderers(util.Prioritized(linkRenderer{links}, 100)),
		),
	)
	var out bytes.Buffer
	if err := md.Convert([]byte(source), &out); err != nil {
		return "<pre>" + html.EscapeString(source) + "</pre>" // a bytes.Buffer does not fail
	}
	return policy.SanitizeReader(&out).String()
}

var wikiLinks = parser.WithInlineParsers(util.Prioritized(linkParser{}, 100)) // before those for links

// policy is what anybody who writes on a wiki may use. Names that headings and
// footnotes get could be taken for the page's own, so they have a prefix.
var policy = func() *bluemonday.Policy {
	p := bluemonday.UGCPolicy()
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^(missing|footnote-ref|footnote-backref|footnotes|language-[\w+#-]+)$`)).Globally()
	p.AllowAttrs("checked", "disabled").OnElements("input")
	p.AllowAttrs("type").Matching(regexp.MustCompile(`^checkbox$`)).OnElements("input")
	p.RequireNoFollowOnLinks(false)
	p.RequireNoFollowOnFullyQualifiedLinks(true)
	p.RequireNoReferrerOnFullyQualifiedLinks(true)
	return p
}()

// linkRenderer writes links.
type linkRenderer struct{ links Links }

func (r linkRenderer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(kindLink, r.render)
}

func (r linkRenderer) render(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*link)
	switch {
	case !entering || n.isCategory():
	case n.embed:
		r.embed(w, n)
	default:
		r.link(w, n)
	}
	return ast.WalkSkipChildren, nil
}

func (r linkRenderer) link(w util.BufWriter, n *link) {
	href, exists := "", true
	if n.title != "" {
		href, exists = r.links.Page(n.title)
	}
	if n.part != "" && exists {
		href += "#" + url.PathEscape(strings.ToLower(strings.ReplaceAll(n.part, " ", "-"))) // as WithAutoHeadingID does
	}
	w.WriteString(`<a href="` + html.EscapeString(href) + `"`)
	if !exists {
		w.WriteString(` class="missing"`)
	}
	w.WriteString(">" + html.EscapeString(n.label) + "</a>")
}

func (r linkRenderer) embed(w util.BufWriter, n *link) {
	href, label := html.EscapeString(r.links.File(n.title)), html.EscapeString(n.label)
	if IsImage(n.title) {
		w.WriteString(`<img src="` + href + `" alt="` + label + `">`)
		return
	}
	w.WriteString(`<a href="` + href + `">` + label + "</a>")
}

// IsImage reports whether a file of that name is shown in the page rather than
// linked.
func IsImage(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif":
		return true
	}
	return false
}

func (n *link) isCategory() bool {
	return !n.embed && strings.HasPrefix(n.title, CategoryPrefix) && n.label == n.title
}

// linksOnly is a parser for callers that do not show what it finds.
var linksOnly = goldmark.New(goldmark.WithParserOptions(wikiLinks)).Parser()

// Linked returns the titles that a text links to, each once, in order, with the
// categories that it belongs to.
func Linked(source string) []string {
	var titles []string
	_ = ast.Walk(linksOnly.Parse(text.NewReader([]byte(source))), func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if n, ok := node.(*link); ok && entering && !n.embed && n.title != "" && !slices.Contains(titles, n.title) {
			titles = append(titles, n.title)
		}
		return ast.WalkContinue, nil
	})
	return titles
}

// Categories returns those of titles that are categories, without the prefix.
func Categories(titles []string) []string {
	var names []string
	for _, t := range titles {
		if name, ok := strings.CutPrefix(t, CategoryPrefix); ok {
			names = append(names, strings.TrimSpace(name))
		}
	}
	return names
}
