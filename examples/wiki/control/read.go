package control

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/examples/wiki/view"
)

// noPage is the answer when a revision or a file is not there.
func noPage(err error) error {
	if errors.Is(err, model.ErrNotFound) {
		return gangplank.Error(http.StatusNotFound, "There is no such page.").Because(err)
	}
	return err
}

// link is a title with its address.
type link struct{ Title, URL string }

func linksTo(r *http.Request, titles []string) []link {
	links := make([]link, 0, len(titles))
	for _, title := range titles {
		if u, err := gangplank.URLFor(r, "page", "title", title); err == nil {
			links = append(links, link{title, u})
		}
	}
	return links
}

// categoryLinks are links to categories, without what all their titles begin with.
func categoryLinks(r *http.Request, names []string) []link {
	links := make([]link, 0, len(names))
	for _, name := range names {
		for _, l := range linksTo(r, []string{model.CategoryPrefix + name}) {
			links = append(links, link{name, l.URL})
		}
	}
	return links
}

// hrefs implements model.Links for one page. A page is looked up when something
// links to it: reading all of them would cost each view as much as a search.
type hrefs struct {
	r    *http.Request
	wiki model.Wiki
	here string
	err  error // of the first look that failed
}

func (h *hrefs) Page(title string) (string, bool) {
	u, err := gangplank.URLFor(h.r, "page", "title", title)
	if err != nil {
		return "", false
	}
	exists, err := h.wiki.Has(h.r.Context(), title)
	if h.err == nil {
		h.err = err
	}
	return u, exists
}

func (h *hrefs) File(name string) string {
	u, _ := gangplank.URLFor(h.r, "file", "title", h.here, "name", name)
	return u
}

// html shows a text as the page of that title.
func (s *Site) html(r *http.Request, title, text string) (view.HTML, error) {
	h := &hrefs{r: r, wiki: s.wiki, here: title}
	return view.HTML(model.HTML(text, h)), h.err
}

func (s *Site) home(w http.ResponseWriter, r *http.Request) error { return s.showPage(w, r, frontPage) }

// page shows a page. A title that could be written in another way leads to the
// one way.
func (s *Site) page(w http.ResponseWriter, r *http.Request) error {
	title := r.PathValue("title")
	if clean := model.CleanTitle(title); clean != title && clean != "" {
		gangplank.Redirect(w, r, gangplank.URL(r, "page", "title", clean), http.StatusMovedPermanently)
		return nil
	}
	return s.showPage(w, r, title)
}

type pageBody struct {
	HTML       view.HTML
	Categories []link
	Members    []link
	MovedFrom  string
	Revision   model.Revision
	Old        *model.Revision // shown in place of the newest
	Lock       string          // the role that may edit it, if not all editors may
}

func (s *Site) showPage(w http.ResponseWriter, r *http.Request, title string) error {
	page, moved, err := s.wiki.Show(r.Context(), title)
	if errors.Is(err, model.ErrNotFound) {
		return s.missing(w, r, title, page.Deleted)
	}
	if err != nil {
		return err
	}
	body := pageBody{Revision: page}
	if moved {
		body.MovedFrom = title
	}
	return s.showRevision(w, r, page, body)
}

func (s *Site) showRevision(w http.ResponseWriter, r *http.Request, page model.Revision, body pageBody) (err error) {
	if body.HTML, err = s.html(r, page.Title, page.Text); err != nil {
		return err
	}
	body.Categories = categoryLinks(r, model.Categories(model.Linked(page.Text)))
	if body.Members, err = s.members(r, page.Title); err != nil {
		return err
	}
	if body.Lock, err = s.wiki.LockOf(r.Context(), page.Title); err != nil {
		return err
	}
	return s.views.Page(w, r, http.StatusOK, "page", view.Page{Title: page.Title, Here: page.Title, Tab: "read", Body: body})
}

// members are the pages of a category.
func (s *Site) members(r *http.Request, title string) ([]link, error) {
	if !strings.HasPrefix(title, model.CategoryPrefix) {
		return nil, nil
	}
	m, err := s.wiki.Map(r.Context())
	if err != nil {
		return nil, err
	}
	return linksTo(r, m.Backlinks(title)), nil
}

type missingBody struct {
	Deleted          bool
	Members, Similar []link
}

func (s *Site) missing(w http.ResponseWriter, r *http.Request, title string, deleted bool) error {
	body := missingBody{Deleted: deleted}
	found, err := s.wiki.Find(r.Context(), title, 5)
	if err != nil {
		return err
	}
	titles := make([]string, 0, len(found))
	for _, page := range found {
		titles = append(titles, page.Title)
	}
	body.Similar = linksTo(r, titles)
	if body.Members, err = s.members(r, title); err != nil {
		return err
	}
	return s.views.Page(w, r, http.StatusNotFound, "missing", view.Page{Title: title, Here: title, Tab: "read", Body: body})
}

func (s *Site) revision(w http.ResponseWriter, r *http.Request) error {
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil {
		return noPage(model.ErrNotFound)
	}
	old, err := s.wiki.Revision(r.Context(), r.PathValue("title"), number)
	if err != nil {
		return noPage(err)
	}
	return s.showRevision(w, r, old, pageBody{Revision: old, Old: &old})
}

// historyLimit is how many revisions a page of the history shows.
const historyLimit = 50

type historyBody struct {
	Revisions []model.Revision
	Older     int
}

func (s *Site) history(w http.ResponseWriter, r *http.Request) error {
	title := r.PathValue("title")
	before, _ := strconv.Atoi(r.URL.Query().Get("before"))
	list, err := s.wiki.History(r.Context(), title, max(before, 0), historyLimit+1)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return noPage(model.ErrNotFound)
	}
	body := historyBody{Revisions: list}
	if len(list) > historyLimit {
		body.Revisions = list[:historyLimit]
		body.Older = list[historyLimit-1].Number
	}
	return s.views.Page(w, r, http.StatusOK, "history", view.Page{Title: "History of " + title, Here: title, Tab: "history", Body: body})
}

type diffBody struct {
	From, To model.Revision
	Hunks    []model.Hunk
}

// diff compares ?from with ?to; without from, to with the one before it.
func (s *Site) diff(w http.ResponseWriter, r *http.Request) error {
	title, q := r.PathValue("title"), r.URL.Query()
	to, err := strconv.Atoi(q.Get("to"))
	from := to - 1
	if err == nil && q.Get("from") != "" {
		from, err = strconv.Atoi(q.Get("from"))
	}
	if err != nil {
		return gangplank.Error(http.StatusBadRequest, "Which revisions are to be compared?").Because(err)
	}
	var body diffBody
	if body.From, err = s.wiki.Revision(r.Context(), title, min(from, to)); err != nil {
		return noPage(err)
	}
	if body.To, err = s.wiki.Revision(r.Context(), title, max(from, to)); err != nil {
		return noPage(err)
	}
	if body.Hunks, err = model.Diff(body.From.Text, body.To.Text); err != nil {
		return err
	}
	return s.views.Page(w, r, http.StatusOK, "diff", view.Page{Title: "Changes of " + title, Here: title, Tab: "history", Body: body})
}

type aboutBody struct {
	Files     []model.Attachment
	Backlinks []link
	Lock      string
}

func (s *Site) about(w http.ResponseWriter, r *http.Request) (err error) {
	title := r.PathValue("title")
	var body aboutBody
	if body.Files, err = s.wiki.Attachments(r.Context(), title); err != nil {
		return err
	}
	if body.Lock, err = s.wiki.LockOf(r.Context(), title); err != nil {
		return err
	}
	m, err := s.wiki.Map(r.Context())
	if err != nil {
		return err
	}
	body.Backlinks = linksTo(r, m.Backlinks(title))
	return s.views.Page(w, r, http.StatusOK, "about", view.Page{Title: "About " + title, Here: title, Tab: "about", Body: body})
}
