// Package form reads what a client sent in a form: application/x-www-form-urlencoded
// (also a GET's query), multipart/form-data and JSON, into a struct. It is what
// Python's cgi.FieldStorage gave, with bounds.
//
//	type signup struct {
//		Email  string       `form:"email,required"`
//		Secret string       `form:"password,required,secret"`
//		Born   time.Time    `form:"born"`
//		Tags   []string     `form:"tags"`   // tags=a&tags=b, tags[]=a, tags[0]=a
//		Home   address      `form:"home"`   // home.street=..., home[street]=...
//		Photo  *form.File   `form:"photo"`
//		Typed  form.Values                  // what was typed, for showing it again
//	}
//
//	func post(w http.ResponseWriter, r *http.Request) error {
//		var f signup
//		err := form.Decode(r, &f, form.Limits{})
//		var wrong form.Errors
//		if errors.As(err, &wrong) {
//			return show(w, f, wrong) // the page again: {{.Form.Typed.Get "email"}} {{.Errors.Get "email"}}
//		}
//		if err != nil {
//			return err // 400, 413 or 415, with a text that the client may read
//		}
//		...
//	}
//
// # What is filled
//
// Only a field with a form tag is ever filled, so that a struct which is also a
// database record gives nothing away by accident (mass assignment). Its type is a
// string, bool, number, time.Duration, time.Time (RFC 3339, or what the inputs
// date, datetime-local, month and time send, in UTC), an
// [encoding.TextUnmarshaler] such as netip.Addr, a *[File], a struct, or a
// pointer, slice or map[string] of these. A struct embedded without a tag lends
// its fields, also by a pointer, which is made if it is nil. Any other type is an
// error in the program, which Decode returns for every request.
//
// A field that was not sent keeps its value; one that was sent empty (or as
// JSON's null) becomes the zero value: inputs that nobody filled in are sent
// empty. A checkbox that is not ticked is not sent: decode into a fresh struct.
// A struct of a field is a part of the form: what is required in it, and its Validate
// method, hold also where the client has left out all of it. A pointer to one is
// optional as a whole.
//
// Elements of a slice keep the order of their indices, and gaps are closed, so
// that items[999999999] costs one element.
//
// A body is read for every method but GET and HEAD, and the query only for
// these two: they are never mixed. What earlier code has read with
// r.ParseForm or r.ParseMultipartForm is used, but it was read without these
// limits: call Decode first.
//
// # What is refused
//
// [Limits] bounds bytes, fields, depth and files before they are stored; the zero
// Limits is meant for a page with a few inputs. Text must be UTF-8, and a body with
// a Content-Encoding is refused: put a bounded decompressing middleware outside.
// A field sent twice where one value belongs is a field error, since
// two readers of such a request disagree about its meaning. A file that no
// field asks for is not stored.
//
// The package does not protect against cross-site requests.
//
// # What else sees it
//
// The page, the record and the log line that package errorpage makes of a later
// failure show what was read as they show any form. A field with the option secret they
// hide, and wherever else its value turns up, as in an error's text; so they do what has
// a secret's name.
package form
