package control

import (
	"encoding/xml"
	"net/http"
	"strconv"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/examples/wiki/view"
)

// changesLimit is how many revisions a page of the recent changes shows.
const changesLimit = 100

type changesBody struct {
	Revisions []model.Revision
	Older     int64 // the next page shows what is from before this time, in microseconds; 0: there is none
}

func (s *Site) changes(w http.ResponseWriter, r *http.Request) error {
	var before time.Time
	if at, err := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64); err == nil && at > 0 {
		before = time.UnixMicro(at)
	}
	list, err := s.wiki.Recent(r.Context(), before, changesLimit+1)
	if err != nil {
		return err
	}
	body := changesBody{Revisions: list}
	if len(list) > changesLimit {
		body.Revisions = upToATime(list)
		body.Older = body.Revisions[len(body.Revisions)-1].Time.UnixMicro()
	}
	return s.views.Page(w, r, http.StatusOK, "changes", view.Page{Title: "Recent changes", Body: body})
}

// upToATime leaves out the last revision, and those that are as old as it is: the
// next page would leave them out otherwise. Not so if all of them are, which is
// nothing that people do.
func upToATime(list []model.Revision) []model.Revision {
	last := len(list) - 1
	for n := last; n > 0; n-- {
		if !list[n-1].Time.Equal(list[last].Time) {
			return list[:n]
		}
	}
	return list[:last]
}

type section struct {
	Name string
	List []link
}

// index lists all pages, and what is amiss with some.
func (s *Site) index(w http.ResponseWriter, r *http.Request) error {
	m, err := s.wiki.Map(r.Context())
	if err != nil {
		return err
	}
	return s.views.Page(w, r, http.StatusOK, "list", view.Page{Title: "Pages", Body: []section{
		{"", linksTo(r, m.Titles)}, {"Categories", categoryLinks(r, m.Categories())}, {"Nobody links to", linksTo(r, m.Orphans())}, {"Still to be written", linksTo(r, m.Wanted())},
	}})
}

// The elements of an Atom feed (RFC 4287).
type (
	feed struct {
		XMLName xml.Name  `xml:"http://www.w3.org/2005/Atom feed"`
		ID      string    `xml:"id"`
		Title   string    `xml:"title"`
		Updated time.Time `xml:"updated"`
		Links   []atomRef `xml:"link"`
		Entries []entry   `xml:"entry"`
	}
	atomRef struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	}
	entry struct {
		ID      string    `xml:"id"`
		Title   string    `xml:"title"`
		Updated time.Time `xml:"updated"`
		Author  string    `xml:"author>name"`
		Link    atomRef   `xml:"link"`
		Summary string    `xml:"summary"`
	}
)

// feed is the recent changes for feed readers, which need whole addresses.
func (s *Site) feed(w http.ResponseWriter, r *http.Request) error {
	list, err := s.wiki.Recent(r.Context(), time.Time{}, 50)
	if err != nil {
		return err
	}
	origin := s.origin(r)
	f := feed{ID: origin + gangplank.URL(r, "feed"), Title: s.views.Site + ": recent changes", Links: []atomRef{
		{"self", origin + gangplank.URL(r, "feed")}, {"alternate", origin + gangplank.URL(r, "changes")},
	}}
	for _, change := range list {
		f.Updated = latest(f.Updated, change.Time)
		href := origin + gangplank.URL(r, "revision", "title", change.Title, "number", change.Number)
		author := change.Author
		if author == "" {
			author = "somebody"
		}
		f.Entries = append(f.Entries, entry{href, change.Title, change.Time, author, atomRef{"alternate", href}, change.Comment})
	}
	out, err := xml.MarshalIndent(f, "", " ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	_, err = w.Write(append([]byte(xml.Header), out...))
	return err
}

// origin is what a browser has before the path of this site's addresses.
func (s *Site) origin(r *http.Request) string {
	if r.TLS != nil || s.proxies > 0 && r.Header.Get("X-Forwarded-Proto") == "https" {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
