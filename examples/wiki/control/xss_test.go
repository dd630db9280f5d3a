package control_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/gangplank-web/gangplank/examples/wiki/view"
)

// hostile is what somebody may type who wants it to run in the browsers of
// others: as markup, out of an attribute, out of an element whose text is raw,
// as an address, or in the engine itself.
var hostile = []string{
	`<script>alert(1)</script>`,
	`"'><img src=x onerror=alert(1)>`,
	`"' onfocus=alert(1) autofocus x='`,
	"` onmouseover=alert(1) ",
	`</textarea><script>alert(1)</script>`,
	`</title></style><svg onload=alert(1)>`,
	`<!--<img src="--><img src=x onerror=alert(1)//">`,
	`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
	`<a href=" java&#x09;script:alert(1)">x</a><form action="javascript:alert(1)"><button formaction="javascript:alert(1)">`,
	`[x](javascript:alert(1)) ![x](data:text/html,<script>alert(1)</script>) <javascript:alert(1)>`,
	`[[javascript:alert(1)|x]] [["onclick="alert(1)]] ![["onerror="alert(1)]]`,
	`<iframe srcdoc="<script>alert(1)</script>"></iframe><base href="//evil.example/"><style>@import "//evil.example"</style>`,
	`{{ 7*7 }}{{.Site}}{{ page.Site }}{% include "layout.html" %}{{"<script>"|trusted}}`,
}

// runsNothing fails for a document in which anything could run, or that takes
// anything from elsewhere.
func (s shown) runsNothing() shown {
	s.t.Helper()
	policy := s.header.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'") {
		s.t.Errorf("%s: policy %q", s.what, policy)
	}
	root, err := html.Parse(strings.NewReader(s.body))
	if err != nil {
		s.t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if slices.Contains([]string{"script", "style", "iframe", "object", "embed", "base", "svg", "math"}, n.Data) && !announced(n, policy) {
			s.t.Errorf("%s: there is an element %s", s.what, n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc" || a.Key == "formaction" || !harmless(a) {
				s.t.Errorf("%s: %s has %s=%q", s.what, n.Data, a.Key, a.Val)
			}
		}
	}
	return s
}

// announced reports whether an element has the nonce of its answer, as the style of
// an error page.
func announced(n *html.Node, policy string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool {
		return a.Key == "nonce" && a.Val != "" && strings.Contains(policy, "'nonce-"+a.Val+"'")
	})
}

// harmless reports whether an attribute is no address of a kind that runs.
func harmless(a html.Attribute) bool {
	if !slices.Contains([]string{"href", "src", "action", "xlink:href"}, a.Key) {
		return true
	}
	u, err := url.Parse(a.Val)
	return err == nil && slices.Contains([]string{"", "https", "http", "mailto"}, u.Scheme)
}

// holds fails unless the editor has exactly this text.
func (s shown) holds(text string) shown {
	s.t.Helper()
	root, err := html.Parse(strings.NewReader(s.body))
	if err != nil {
		s.t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Data == "textarea" && n.FirstChild != nil && n.FirstChild.Data == text {
			return s
		}
	}
	s.t.Errorf("%s: no textarea has %q", s.what, text)
	return s
}

// Text of users is shown as text, wherever, by each engine.
func TestNothingRuns(t *testing.T) {
	for _, name := range view.Engines() {
		t.Run(name, func(t *testing.T) {
			address := siteWith(t, true, engine(t, name, ""))
			alice := member(t, address, "alice")
			editors := []*person{alice, member(t, address, "bob"), member(t, address, "carol")} // one alone would make too many edits
			for i, evil := range hostile {
				inPage(editors[i%3], evil)
				inTitle(editors[i%3], evil)
			}
			inForms(visitor(t, address), strings.Join(hostile, " "))
			alice.post("/admin/new-member", 422, "name", hostile[1], "password", hostile[1], "role", "reader").runsNothing()
			for _, path := range []string{"/account", "/changes", "/index", "/admin", "/feed.atom"} {
				alice.get(path, 200).runsNothing()
			}
		})
	}
}

// inPage has it as the text of a page, as a comment and as the name of a file.
func inPage(p *person, evil string) {
	p.t.Helper()
	at := "/pages/Sandbox " + url.PathEscape(strings.Map(letters, evil))
	p.post(at, 200, "base", "0", "text", evil, "comment", evil).runsNothing()
	p.post(at, 200, "base", "1", "text", "safe").runsNothing()
	p.post(at, 409, "base", "1", "text", evil, "comment", evil).runsNothing().holds(evil)
	p.post(at, 200, "base", "2", "do", "preview", "text", evil, "comment", evil).runsNothing().holds(evil)
	p.attach(at+"/files", 200, evil, []byte(evil)).runsNothing()
	for _, view := range []string{"/revisions/1", "/history", "/diff?from=1&to=2", "/about"} {
		p.get(at+view, 200).runsNothing()
	}
	p.get("/search?q="+url.QueryEscape(evil[:min(len(evil), 200)]), 200).runsNothing()
}

func letters(r rune) rune {
	if r >= 'a' && r <= 'z' {
		return r
	}
	return -1
}

// inTitle has it as the title of a page; many cannot be one.
func inTitle(p *person, evil string) {
	p.t.Helper()
	title := strings.TrimSpace(evil)
	at := "/pages/" + url.PathEscape(title)
	p.post(at, 200, "base", "0", "do", "draft", "text", evil).runsNothing().holds(evil)
	p.get("/account", 200).runsNothing()
	if strings.ContainsAny(title, `[]|#<>/\`) {
		p.get(at, 404).runsNothing()
		p.post(at, 422, "base", "0", "text", evil).runsNothing().holds(evil)
		return
	}
	p.post(at, 200, "base", "0", "text", evil).runsNothing()
	for _, view := range []string{"", "/edit", "/history", "/about", "/revisions/1"} {
		p.get(at+view, 200).runsNothing()
	}
}

// inForms has it in the forms for who is not logged in yet.
func inForms(p *person, evil string) {
	p.t.Helper()
	p.post("/signup", 422, "name", evil, "password", evil).runsNothing()
	p.post("/login", 401, "username", evil, "password", evil).runsNothing()
	p.get("/login?next="+url.QueryEscape(evil), 200).runsNothing()
	p.post("/pages/Sandbox", 401, "base", "0", "text", evil).runsNothing().holds(evil)
	p.get("/nowhere/"+url.PathEscape(evil), 404).runsNothing()
}
