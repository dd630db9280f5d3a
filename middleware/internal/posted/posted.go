// Package posted is where the reader of a form tells the error page what it has
// read, and which of it the program calls secret: by the time of the error nobody
// can read the body once more.
package posted

import (
	"iter"
	"net/http"

	"github.com/gangplank-web/gangplank"
)

// A Form is what was read. It does not change, so that it may be looked at
// while a handler is at work.
type Form interface {
	// MediaType is the body's; "" for a query.
	MediaType() string
	// Whole reports whether the fields are all that was sent.
	Whole() bool
	// Fields are in the order of their names.
	Fields() iter.Seq[Field]
	// JSON is a body of JSON once more, each value as text says it.
	JSON(text func(Field) string) string
}

// Field is one value of a form.
type Field struct {
	Name   string // as it was sent; in JSON, all levels, joined by dots
	Text   string
	File   *File // in place of Text
	Secret bool  // the program says so
}

// File is what is known of a file.
type File struct {
	Name        string // "": it was not kept
	ContentType string
	Size        int64 // -1: unknown
}

var forms = gangplank.NewSlot[Form]("form")

// Set notes what was read of r's form. A request without a Context has no error page.
func Set(r *http.Request, f Form) {
	if !gangplank.From(r).Detached() {
		forms.Set(r, f)
	}
}

// GiveBack tells a request what handlers have noted in a copy of it, which a layer
// made for another body: a panic's page shows it, and the server removes the files
// of its own request's MultipartForm.
func GiveBack(to, copied *http.Request) {
	to.Form, to.PostForm, to.MultipartForm, to.Pattern = copied.Form, copied.PostForm, copied.MultipartForm, copied.Pattern
}

// Of returns what was read of r's form, or nil.
func Of(r *http.Request) Form { return forms.Get(r) }
