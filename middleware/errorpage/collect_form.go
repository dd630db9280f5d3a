package errorpage

import (
	"cmp"
	"iter"
	"maps"
	stdmultipart "mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/gangplank-web/gangplank/middleware/internal/posted"
)

// sentForm is a form as somebody has read it.
type sentForm struct {
	mediaType string
	fields    iter.Seq[posted.Field]
	json      func(text func(posted.Field) string) string // of JSON, the body
	note      string                                      // what is not among the fields
}

// form shows what the handler has parsed. To parse it now would mean to read the
// body, which the handler may have read in part, and which may be endless.
func (c *collector) form() {
	q := &c.out.Request
	c.secretsOfQuery()
	f := c.parsed()
	switch {
	case f != nil:
		for field := range f.fields {
			q.Form = c.formField(q.Form, field)
		}
		q.FormNote = f.note
	case c.stuck:
		q.FormNote = "The handler may still be at work on it."
	case c.r.ContentLength != 0 && c.r.Body != nil && c.r.Body != http.NoBody:
		q.FormNote = "The handler had not parsed the body."
	}
}

// parsed returns the form that was read, or nil. What form.Decode has told of does not
// change, and says which fields are secret; r's own fields the handler may be changing.
// Of what the handler has read by itself there is, in development, the text.
func (c *collector) parsed() *sentForm {
	var heard *sentForm
	if b := heardBodies.Get(c.r); b != nil {
		heard = b.form()
	}
	told := posted.Of(c.r)
	switch {
	case told != nil && told.MediaType() != "":
		return c.told(told)
	case c.stuck:
	case c.r.MultipartForm != nil:
		return &sentForm{mediaType: multipart, fields: multipartFields(c.r.MultipartForm)}
	case len(c.r.PostForm) > 0, c.r.PostForm != nil && heard == nil:
		return &sentForm{mediaType: urlencoded, fields: valueFields(c.r.PostForm), note: partlyRead(c.r, c.r.PostForm)}
	}
	return heard
}

// secretsOfQuery learns what form.Decode has been told to keep secret of a query, which
// is shown as one.
func (c *collector) secretsOfQuery() {
	told := posted.Of(c.r)
	if told == nil || told.MediaType() != "" {
		return
	}
	for f := range told.Fields() {
		if f.Secret && c.room.take(f.Name, f.Text) {
			c.mask.Declared("query", f.Name, f.Text)
		}
	}
}

func (c *collector) told(told posted.Form) *sentForm {
	f := &sentForm{mediaType: told.MediaType(), fields: told.Fields()}
	if isJSON(f.mediaType) {
		f.json = told.JSON
	}
	if !told.Whole() {
		f.note = "The body is not these fields alone: a part was refused, or was sent twice."
	}
	if !c.stuck && len(c.r.PostForm) > 0 { // it was made of this, then
		f.note = cmp.Or(f.note, partlyRead(c.r, c.r.PostForm))
	}
	return f
}

func valueFields(values url.Values) iter.Seq[posted.Field] {
	return func(yield func(posted.Field) bool) {
		for _, name := range slices.Sorted(maps.Keys(values)) {
			for _, v := range values[name] {
				if !yield(posted.Field{Name: name, Text: v}) {
					return
				}
			}
		}
	}
}

// multipartFields are the values, and then the files.
func multipartFields(m *stdmultipart.Form) iter.Seq[posted.Field] {
	return func(yield func(posted.Field) bool) {
		for f := range valueFields(m.Value) {
			if !yield(f) {
				return
			}
		}
		for _, name := range slices.Sorted(maps.Keys(m.File)) {
			for _, file := range m.File[name] {
				if !yield(posted.Field{Name: name, File: &posted.File{Name: file.Filename, ContentType: file.Header.Get("Content-Type"), Size: file.Size}}) {
					return
				}
			}
		}
	}
}

// formField adds a field if there is room for it.
func (c *collector) formField(to []Field, f posted.Field) []Field {
	if f.File != nil {
		f.Text = fileText(f.File)
	}
	if !c.room.take(f.Name, f.Text) {
		return to
	}
	return append(to, Field{c.mask.Text("form name", f.Name), c.formValue(f)})
}

func (c *collector) formValue(f posted.Field) string {
	if f.Secret {
		return c.mask.Declared("form", f.Name, f.Text)
	}
	return c.mask.Value("form", f.Name, f.Text)
}

func fileText(f *posted.File) string {
	if f.Size < 0 {
		return "file, not kept"
	}
	return "file " + strconv.Quote(f.Name) + ", " + strconv.FormatInt(f.Size, 10) + " bytes"
}
