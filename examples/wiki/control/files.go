package control

import (
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/middleware/form"
)

// maxFile is how large an attachment may be.
const maxFile = 10 << 20

type upload struct {
	File *form.File `form:"file,required"`
}

// attach stores a file with the type that its content has, whatever its name
// and its sender say.
func (s *Site) attach(w http.ResponseWriter, r *http.Request) error {
	title := r.PathValue("title")
	if err := s.unlocked(r, title); err != nil {
		return err
	}
	if page, err := s.wiki.Page(r.Context(), title); err != nil || page.Deleted {
		return noPage(model.ErrNotFound)
	}
	var u upload
	if err := form.Decode(r, &u, form.Limits{Body: maxFile + 64<<10, Files: 1, File: maxFile}); err != nil {
		return err
	}
	name := u.File.SafeName()
	if name == "" {
		return gangplank.Error(http.StatusUnprocessableEntity, "The file needs a name.")
	}
	kind, err := u.File.Detect()
	if err != nil {
		return err
	}
	a := model.Attachment{Page: title, Name: name, Type: kind, Size: u.File.Size, Author: byUser(r), Time: time.Now().UTC()}
	if err := s.wiki.Attach(r.Context(), a, u.File.Open()); err != nil {
		return err
	}
	return s.toRoute(w, r, "about", title, name+" is attached. ![["+name+"]] shows it.")
}

func (s *Site) detach(w http.ResponseWriter, r *http.Request) error {
	title := r.PathValue("title")
	if err := s.unlocked(r, title); err != nil {
		return err
	}
	if err := s.wiki.Detach(r.Context(), title, r.PathValue("name")); err != nil {
		return err
	}
	return s.toRoute(w, r, "about", title, r.PathValue("name")+" is gone.")
}

// shown are the types that a browser may show: none of them can run anything.
// All else is for downloading.
var shown = map[string]bool{"image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true, "image/avif": true}

// file sends an attachment. Its address stays the same when it is replaced, so
// that a browser has to ask each time.
func (s *Site) file(w http.ResponseWriter, r *http.Request) error {
	a, content, err := s.wiki.Attachment(r.Context(), r.PathValue("title"), r.PathValue("name"))
	if err != nil {
		return noPage(err)
	}
	defer content.Close()
	h := w.Header()
	h.Set("Content-Type", a.Type)
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'")
	h.Set("Cache-Control", "no-cache, private")
	h.Set("ETag", `"`+strconv.FormatInt(a.Time.UnixMicro(), 36)+"-"+strconv.FormatInt(a.Size, 36)+`"`)
	if !shown[a.Type] {
		h.Set("Content-Type", "application/octet-stream")
		h.Set("Content-Disposition", disposition(a.Name))
	}
	http.ServeContent(w, r, "", a.Time, content)
	return nil
}

func disposition(name string) string {
	if d := mime.FormatMediaType("attachment", map[string]string{"filename": name}); d != "" {
		return d
	}
	return "attachment; filename*=utf-8''" + url.PathEscape(name)
}
