package storagetest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
)

// finds searches as a user does.
func finds(t *testing.T, s model.Storage, query, want string) {
	t.Helper()
	found, err := model.Wiki{Storage: s}.Find(t.Context(), query, 100)
	var titles []string
	for _, r := range found {
		titles = append(titles, r.Title)
		if newest, err := s.Page(t.Context(), r.Title); err != nil || newest != r {
			t.Errorf("%q: got %+v, the newest is %+v, %v", query, r, newest, err)
		}
	}
	slices.Sort(titles)
	if got := strings.Join(titles, ", "); err != nil || got != want {
		t.Errorf("%q: got %q, %v, want %q", query, got, err, want)
	}
}

func edit(t *testing.T, s model.Storage, title, text string, base int) {
	t.Helper()
	if _, err := (model.Wiki{Storage: s}).Edit(t.Context(), model.Revision{Title: title, Text: text}, base); err != nil {
		t.Error(err) // not Fatal: other goroutines edit too
	}
}

func search(t *testing.T, s model.Storage) {
	for title, text := range map[string]string{
		"Ships": "They float.", "Harbour": "Where **ships** lie. Un*sink*able Ships!", "Sea": "Salt &amp; water, 100%; o'clock",
		"Ärger": "Stra\u00dfe, A\u0308RGER, \u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2", "東京": "東京に行く",
		"Links": "[seen](https://example.com/hidden) <b class=\"hidden\">bold</b>", "Long": strings.Repeat("ä", 70) + " quick_brown",
	} {
		edit(t, s, title, text, 0)
	}
	for _, test := range []struct{ desc, query, want string }{
		{"in the title or the text, in any case", "SHIPS", "Harbour, Ships"},
		{"all words, one of them in the title", "float ships", "Ships"},
		{"a word twice", "ships SHIPS", "Harbour, Ships"},
		{"one word is not there", "ships salt", ""},
		{"the beginning of a word", "shi flo", "Ships"},
		{"not its end", "hips", ""},
		{"emphasis inside of a word", "unsinkable", "Harbour"},
		{"a number", "100%", "Sea"},
		{"an apostrophe", "o'clock", "Sea"},
		{"an accent in two encodings", "ärger", "Ärger"},
		{"the same, the other way", "a\u0308rger", "Ärger"},
		{"the other small sigma", "ΣΊΣΥΦΟΣ", "Ärger"},
		{"scripts without spaces", "京行", "東京"},
		{"what readers do not see", "hidden", ""},
		{"a long word", strings.Repeat("Ä", 70), "Long"},
		{"an underscore", "brown", "Long"},
		{"no word", `"`, ""},
		{"nothing", "", ""},
		{"signs of a query language", `ships OR "salt`, ""},
		{"its signs alone", `* ( ) " ' : & | ! \ -- <->`, ""},
		{"a name of a column", "title:ships text:float", ""},
		{"signs around words", `"ships"* & !float:* ^`, "Ships"},
		{"another NOT", "-ships", "Harbour, Ships"},
		{"NUL and what is not UTF-8", "ships\x00flo\xff", "Ships"},
	} {
		t.Run(test.desc, func(t *testing.T) { finds(t, s, test.query, test.want) })
	}
	found, err := s.Search(t.Context(), model.Words("ships"), 1)
	if err != nil || len(found) != 1 || found[0].Title != "Ships" {
		t.Errorf("the best: got %+v, %v", found, err)
	}
}

// searchChanges: what is found is the newest revision of what is there.
func searchChanges(t *testing.T, s model.Storage) {
	w := model.Wiki{Storage: s}
	edit(t, s, "Sea", "salt water", 0)
	finds(t, s, "salt", "Sea")
	edit(t, s, "Sea", "fresh water", 1)
	finds(t, s, "salt", "")
	finds(t, s, "water", "Sea")
	if err := w.Rename(t.Context(), "Sea", "Lake", ""); err != nil {
		t.Fatal(err)
	}
	finds(t, s, "water", "Lake")
	finds(t, s, "sea", "")
	if err := w.Delete(t.Context(), "Lake", "", ""); err != nil {
		t.Fatal(err)
	}
	finds(t, s, "water", "")
	if _, err := w.Revert(t.Context(), "Lake", 1, ""); err != nil {
		t.Fatal(err)
	}
	finds(t, s, "lake", "Lake")
	if err := s.Save(t.Context(), revision("Lake", 1)); err == nil {
		t.Fatal("saved over a revision")
	}
	finds(t, s, "text", "") // what was refused
	finds(t, s, "fresh", "Lake")
}

// searchLarge: the largest text that may be saved, with as many words as it can
// have, is found by those that it begins with.
func searchLarge(t *testing.T, s model.Storage) {
	var text strings.Builder
	for n := 0; text.Len() < model.MaxText-8; n++ {
		fmt.Fprintf(&text, "ⱥ%05x ", n) // its capital is shorter
	}
	edit(t, s, "Large", strings.ReplaceAll(text.String(), "ⱥ", "Ⱥ"), 0)
	finds(t, s, "large ⱥ00000 Ⱥ00010", "Large")
	edit(t, s, "Large", "small", 1)
	finds(t, s, "Ⱥ00010", "")
}

// searchRace: whoever has saved finds it, whatever others do.
func searchRace(t *testing.T, s model.Storage) {
	var all sync.WaitGroup
	for n := range 6 {
		all.Go(func() {
			for k := range 4 {
				title := fmt.Sprintf("Page %d", n)
				edit(t, s, title, fmt.Sprintf("common own%dx%d", n, k), k)
				finds(t, s, fmt.Sprintf("common own%dx%d", n, k), title)
				if k > 0 {
					finds(t, s, fmt.Sprintf("own%dx%d", n, k-1), "")
				}
			}
		})
	}
	all.Wait()
	finds(t, s, "common", "Page 0, Page 1, Page 2, Page 3, Page 4, Page 5")
}

// Lost tests that a storage makes an index that is not there. Opened again it
// finds what it found before lose.
func Lost(t *testing.T, open func() model.Storage, lose func()) {
	s := open()
	edit(t, s, "Ships", "They float.", 0)
	edit(t, s, "Ships", "They sink.", 1)
	finds(t, s, "ships", "Ships")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	lose()
	s = open()
	defer s.Close()
	finds(t, s, "ships sink", "Ships")
	finds(t, s, "float", "")
	edit(t, s, "Ships", "They lie.", 2)
	finds(t, s, "lie", "Ships")
	finds(t, s, "sink", "")
}
