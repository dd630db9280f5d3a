package control

import (
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/examples/wiki/view"
)

// The bounds of what a search shows: how many pages, and how much of a text is
// looked through for an excerpt, which costs as much as showing it.
const (
	maxHits     = 30
	excerptFrom = 64 << 10
)

// hit is a page that was found, with what was searched for marked in its title
// and in a part of its text, as readers see it.
type hit struct {
	Page             string
	Heading, Excerpt []model.Piece
}

type searchBody struct {
	Hits []hit
	More bool // than are shown
}

func (s *Site) search(w http.ResponseWriter, r *http.Request) error {
	query := strings.TrimSpace(r.URL.Query().Get("q"))
	if utf8.RuneCountInString(query) > 200 {
		return gangplank.Error(http.StatusBadRequest, "A search may have 200 characters.")
	}
	found, err := s.wiki.Find(r.Context(), query, maxHits+1)
	if err != nil {
		return err
	}
	body := searchBody{More: len(found) > maxHits}
	words := model.Words(query)
	for _, page := range found[:min(maxHits, len(found))] {
		text := model.Plain(strings.ToValidUTF8(page.Text[:min(excerptFrom, len(page.Text))], ""))
		body.Hits = append(body.Hits, hit{page.Title, model.Mark(page.Title, words), model.Excerpt(text, words)})
	}
	return s.views.Page(w, r, http.StatusOK, "search", view.Page{Title: "Search", Query: query, Body: body})
}
