package model_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
)

func TestWords(t *testing.T) {
	for _, test := range []struct {
		desc, text string
		want       []string
	}{
		{"case", "Ships SHIPS ships", []string{"ships", "ships", "ships"}},
		{"what divides", "rock'n'roll, e-mail; a_b/c", []string{"rock", "n", "roll", "e", "mail", "a", "b", "c"}},
		{"an accent of its own", "Ärger A\u0308rger", []string{"ärger", "ärger"}},
		{"two small letters", "ΣΊΣΥΦΟΣ Σίσυφος", []string{"σίσυφοσ", "σίσυφοσ"}},
		{"signs that are letters", "Å \u212b, K \u212a", []string{"å", "å", "k", "k"}},
		{"numbers", "100% ½ Ⅷ", []string{"100", "½", "ⅷ"}},
		{"no spaces", "東京に行くabc", []string{"東", "京", "に", "行", "く", "abc"}},
		{"long", strings.Repeat("ä", 70), []string{strings.Repeat("ä", 60)}},
		{"not UTF-8", "a\xffb\x00c", []string{"a", "b", "c"}},
		{"none", `"*():&|!<->`, nil},
	} {
		if got := model.Words(test.text); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.desc, got, test.want)
		}
	}
}

// A word is one word wherever it is divided anew, and is quoted nowhere.
func FuzzWords(f *testing.F) {
	for _, seed := range []string{"Ships'n'docks", "İıſß\u212a", "a\u0345b\u0308", "東京abc", "\xff\u0344\u1fef"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		words := model.Words(text)
		if again := model.Words(strings.Join(words, " ")); !slices.Equal(again, words) {
			t.Errorf("%q: got %q, then %q", text, words, again)
		}
		for _, word := range words {
			if !utf8.ValidString(word) || strings.ContainsFunc(word, func(r rune) bool { return r < 128 && !('0' <= r && r <= '9' || 'a' <= r && r <= 'z') }) {
				t.Errorf("%q: word %q", text, word)
			}
		}
	})
}

func TestPlain(t *testing.T) {
	for _, test := range []struct{ desc, text, want string }{
		{"blocks", "# Ships\n\nThey *float*,\nand un**sink**able.\n\n- a\n- b", "Ships They float, and unsinkable. a b"},
		{"links", "[here](https://example.com/hidden) [[Front Page|home]] [[Ships]] [[Category:Sea]]", "here home Ships"},
		{"images", "![[plan.png|the plan]] ![alt](x.png)", "the plan alt"},
		{"entities", "a &lt;b&gt; &amp;amp; \\*", "a <b> &amp; *"},
		{"code", "```go\nif a < b {}\n```\n`x<y`", "if a < b {} x<y"},
		{"a table", "|a|b|\n|-|-|\n|c|d|", "a b c d"},
		{"HTML", "<div>seen<br>too</div>\n\n<script>alert(1)</script><style>x</style>", "seen too"},
	} {
		if got := model.Plain(test.text); got != test.want {
			t.Errorf("%s: got %q, want %q", test.desc, got, test.want)
		}
	}
}

func TestTerms(t *testing.T) {
	r := model.Revision{Title: "Two Ships", Text: "A *ship* is a [ship](https://hidden.example)"}
	title, text := r.Terms()
	if !slices.Equal(title, []string{"two", "ships"}) || !slices.Equal(text, []string{"a", "ship", "is", "a", "ship"}) {
		t.Errorf("got %q, %q", title, text)
	}
	for _, gone := range []model.Revision{{Title: "T", Text: "x", Deleted: true}, {Title: "T", Text: "x", MovedTo: "U"}} {
		if title, text := gone.Terms(); title != nil || text != nil {
			t.Errorf("got %q, %q", title, text)
		}
	}
}

// pieces is how an excerpt looks, with its hits in brackets.
func pieces(list []model.Piece) string {
	var out strings.Builder
	for _, p := range list {
		if p.Hit {
			p.Text = "[" + p.Text + "]"
		}
		out.WriteString(p.Text)
	}
	return out.String()
}

func TestExcerpt(t *testing.T) {
	far := strings.Repeat("wave ", 60)
	for _, test := range []struct{ desc, text, query, want string }{
		{"all words are marked", "Where ships lie. Ships!", "SHIP lie", "Where [ships] [lie]. [Ships]!"},
		{"not inside of a word", "worship", "ship", "worship"},
		{"only in the title", "They float.", "ships", "They float."},
		{"nothing", "", "ships", ""},
		{"far from the beginning", far + "ship " + far, "ship",
			"…" + strings.Repeat("wave ", 15) + "[ship]" + strings.Repeat(" wave", 31) + "…"},
		{"no spaces", strings.Repeat("波", 300) + "船" + strings.Repeat("波", 300), "船", "…" + strings.Repeat("波", 80) + "[船]" + strings.Repeat("波", 158) + "…"},
		{"another form of the letters", "Straße A\u0308RGER", "ärger strasse", "Straße [A\u0308RGER]"},
		{"markup", "<b>ship</b>", "ship", "<b>[ship]</b>"},
	} {
		if got := pieces(model.Excerpt(test.text, model.Words(test.query))); got != test.want {
			t.Errorf("%s: got %q, want %q", test.desc, got, test.want)
		}
	}
}

// An excerpt is a part of the text, and what it marks was searched for.
func FuzzExcerpt(f *testing.F) {
	f.Add("Where ships lie. Ships!", "SHIP lie")
	f.Add(strings.Repeat("wave ", 60)+"ship"+strings.Repeat("波", 300), "ship 波")
	f.Add("a\xff\u0308b İ", "i \xff")
	f.Fuzz(func(t *testing.T, text, query string) {
		words := model.Words(query)
		var whole strings.Builder
		for _, p := range model.Excerpt(text, words) {
			whole.WriteString(p.Text)
			if p.Hit && !slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(strings.Join(model.Words(p.Text), " "), w) }) {
				t.Errorf("%q in %q: marks %q", query, text, p.Text)
			}
		}
		if got := strings.Trim(whole.String(), "…"); !strings.Contains(text, got) {
			t.Errorf("%q in %q: got %q", query, text, got)
		}
	})
}
