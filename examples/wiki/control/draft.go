package control

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/gangplank-web/gangplank"
)

// The bounds of what a session has to hold, which is read with every request.
const (
	maxDraft  = 64 << 10
	maxDrafts = 8
)

func draftKey(title string) string { return "draft:" + title }

// drafts returns the titles of the pages of which the user has drafts.
func drafts(r *http.Request) (titles []string) {
	for key := range gangplank.From(r).Session().All() {
		if title, ok := strings.CutPrefix(key, draftKey("")); ok {
			titles = append(titles, title)
		}
	}
	slices.Sort(titles)
	return titles
}

// A draft is kept as text: a session's values are simple things.

func encodeDraft(d draft) string {
	b, err := json.Marshal(d)
	if err != nil {
		panic(err) // strings and numbers
	}
	return string(b)
}

func decodeDraft(text string) (d draft) {
	_ = json.Unmarshal([]byte(text), &d) // a draft of another version is lost
	return d
}
