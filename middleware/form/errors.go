package form

import (
	"net/http"
	"strings"

	"github.com/gangplank-web/gangplank"
)

// The codes of field errors that [Decode] finds itself, for programs that
// translate them.
const (
	CodeRequired  = "required"  // not sent, or sent empty
	CodeInvalid   = "invalid"   // not of the field's type
	CodeDuplicate = "duplicate" // more than one value for a field that takes one
	CodeUnknown   = "unknown"   // no such field; see Limits.RefuseUnknown
)

// FieldError is what is wrong with one field. Its JSON is that of an entry of the
// member errors in problem+json (RFC 9457, section 3).
type FieldError struct {
	Name string `json:"name"`           // as in a form, levels joined by dots: items.0.price
	Code string `json:"code,omitempty"` // one of the Code constants, or the program's own
	Text string `json:"detail"`         // for the person who filled in the form
}

// Errors is what is wrong with the fields of a form, in the order of the
// struct's fields. It is an error with the status 422; a Validate method makes one as well:
//
//	func (p *period) Validate() error {
//		var errs form.Errors
//		if p.Until.Before(p.From) {
//			errs.Add("until", "ends before it begins")
//		}
//		return errs.Err()
//	}
//
// A handler under [gangplank.Try] may return it as it is. It is an answer like any other
// then, and no failure: package errorpage gives it no error id and no line in the log,
// and lists the fields for who accepts problem+json.
type Errors []FieldError

// Add appends what is wrong with the field of that name; "" stands for the form
// as a whole.
func (e *Errors) Add(name, text string) {
	*e = append(*e, FieldError{Name: canonical(name), Text: text})
}

// Err returns e, or nil if it is empty: a nil Errors in an error is not nil.
func (e Errors) Err() error {
	if len(e) == 0 {
		return nil
	}
	return e
}

// Get returns the first text for the field, or "": for templates.
func (e Errors) Get(name string) string {
	name = canonical(name)
	for _, f := range e {
		if f.Name == name {
			return f.Text
		}
	}
	return ""
}

// Error lists the fields and what is wrong with each.
func (e Errors) Error() string {
	return "form: " + e.join()
}

// HTTPStatus returns 422 Unprocessable Content (RFC 9110, section 15.5.21).
func (e Errors) HTTPStatus() int { return http.StatusUnprocessableEntity }

// PublicText returns what the client may read: all texts with their fields'
// names, never a value that was sent.
func (e Errors) PublicText() string {
	return "Some fields need a correction: " + e.join() + "."
}

// ProblemErrors is for package errorpage: the member errors of problem+json. It
// has the first hundred, as with RefuseUnknown a client could ask for thousands.
func (e Errors) ProblemErrors() any { return e[:min(len(e), 100)] }

// As makes [gangplank.PublicText] and the error pages find the text.
func (e Errors) As(target any) bool {
	t, ok := target.(**gangplank.HTTPError)
	if ok {
		*t = gangplank.Error(e.HTTPStatus(), e.PublicText())
	}
	return ok
}

// join keeps to the first few: with RefuseUnknown a client could ask for
// thousands.
func (e Errors) join() string {
	const most = 10
	var b strings.Builder
	for i, f := range e {
		if i == most {
			b.WriteString("; and more")
			break
		}
		if i > 0 {
			b.WriteString("; ")
		}
		if f.Name != "" {
			b.WriteString(f.Name + ": ")
		}
		b.WriteString(f.Text)
	}
	return b.String()
}

// add appends an error of Decode's own.
func (e *Errors) add(name, code, text string) {
	*e = append(*e, FieldError{name, code, text})
}

// tooLarge is a 413 with a text for the client.
func tooLarge(public string) error {
	return gangplank.Error(http.StatusRequestEntityTooLarge, public)
}

// malformed is a 400 with a text for the client and a cause for the log.
func malformed(public string, cause error) error {
	return gangplank.Error(http.StatusBadRequest, public).Because(cause)
}

// unsupported is a 415 that names what is supported (RFC 9110, section 15.5.16).
func unsupported(public string) error {
	return gangplank.Error(http.StatusUnsupportedMediaType, public).
		With("Accept", urlencodedType+", "+multipartType+", "+jsonType)
}
