package model

import (
	"context"
	"slices"
	"strings"
)

// Find returns pages that have all words of the query, the best first.
func (w Wiki) Find(ctx context.Context, query string, limit int) ([]Revision, error) {
	words := Words(query)
	slices.Sort(words)
	if words = slices.Compact(words); len(words) == 0 {
		return nil, nil
	}
	return w.Search(ctx, words, limit)
}

// live yields the pages that are neither moved nor deleted.
func (w Wiki) live(ctx context.Context) func(yield func(Revision, error) bool) {
	return func(yield func(Revision, error) bool) {
		for page, err := range w.Pages(ctx) {
			if err == nil && !page.Live() {
				continue
			}
			if !yield(page, err) || err != nil {
				return
			}
		}
	}
}

// Map is who links to whom, over the whole wiki.
type Map struct {
	Titles  []string
	linkers map[string][]string
}

// Map reads every page.
func (w Wiki) Map(ctx context.Context) (*Map, error) {
	m := &Map{linkers: make(map[string][]string)}
	for page, err := range w.live(ctx) {
		if err != nil {
			return nil, err
		}
		m.Titles = append(m.Titles, page.Title)
		for _, to := range Linked(page.Text) {
			m.linkers[to] = append(m.linkers[to], page.Title)
		}
	}
	return m, nil
}

// Backlinks returns the titles of the pages that link to one, or belong to the
// category of that title.
func (m *Map) Backlinks(title string) []string { return m.linkers[title] }

// Orphans returns the titles of pages to which nobody links but themselves.
func (m *Map) Orphans() []string {
	var orphans []string
	for _, title := range m.Titles {
		if !slices.ContainsFunc(m.linkers[title], func(from string) bool { return from != title }) {
			orphans = append(orphans, title)
		}
	}
	return orphans
}

// Wanted returns titles that pages link to and that nobody has written.
func (m *Map) Wanted() []string {
	var wanted []string
	for to := range m.linkers {
		if !slices.Contains(m.Titles, to) && !strings.HasPrefix(to, CategoryPrefix) {
			wanted = append(wanted, to)
		}
	}
	slices.Sort(wanted)
	return wanted
}

// Categories returns the names of all categories.
func (m *Map) Categories() []string {
	var names []string
	for to := range m.linkers {
		if name, ok := strings.CutPrefix(to, CategoryPrefix); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
