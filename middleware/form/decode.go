package form

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"reflect"
	"strings"

	"github.com/gangplank-web/gangplank"
)

const (
	urlencodedType = "application/x-www-form-urlencoded"
	multipartType  = "multipart/form-data"
	jsonType       = "application/json"
)

// Decode reads the request's form into the struct that v points to.
//
// What is wrong with single fields is returned as [Errors] (422), after all
// fields that were right have been filled; in a slice, what was wrong is a zero value,
// so that the others keep their places. A request that is no readable form is
// a *[gangplank.HTTPError] of status 400, 408, 413 or 415 with a text for the
// client; v is then as it was. Any other error is the program's or the machine's:
// an invalid v or limits, a full disk, a client that has gone away.
//
// A struct at any level may check itself by a method Validate() error on its
// pointer, called when its own fields were right; it returns Errors, whose names are its own
// fields', or an error that says that checking failed, which Decode returns as it is.
//
// Files end with the request: see [File].
func Decode(r *http.Request, v any, limits Limits) error {
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.IsNil() || target.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("form: Decode into %T; want a pointer to a struct", v)
	}
	if err := limits.Validate(); err != nil {
		return err
	}
	if _, err := planOf(target.Type().Elem()); err != nil {
		return err
	}
	limits = limits.withDefaults()
	t := &tree{limits: &limits, target: target.Type().Elem()}
	err := t.read(r)
	t.tell(r, err)
	if err != nil {
		return readError(r.Context(), err)
	}
	b := binder{refuseUnknown: limits.RefuseUnknown, root: &t.root}
	b.bindStruct(target.Elem(), &t.root, "")
	b.setValues(target.Elem())
	if b.failed != nil {
		return b.failed
	}
	return b.errs.Err()
}

// read parses the request by its method and content type.
func (t *tree) read(r *http.Request) error {
	if r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == "" {
		if int64(len(r.URL.RawQuery)) > t.limits.Text {
			return tooLarge("The form is too large.")
		}
		return t.readQuery(r.URL.RawQuery)
	}
	mediaType, params, err := contentType(r)
	if err != nil {
		return err
	}
	t.mediaType = mediaType
	switch {
	case mediaType == multipartType && r.MultipartForm != nil:
		return t.readParsed(r.MultipartForm)
	case mediaType == multipartType:
		return t.readMultipart(r, params["boundary"])
	case mediaType == urlencodedType && r.PostForm != nil:
		return t.readPosted(r.PostForm)
	case mediaType == urlencodedType:
		return t.readBody(r, func(body []byte) error { return t.readQuery(string(body)) })
	case mediaType == jsonType || strings.HasPrefix(mediaType, "application/") && strings.HasSuffix(mediaType, "+json"):
		return t.readBody(r, t.readJSON)
	case mediaType == "" && (r.Body == nil || r.ContentLength == 0):
		return nil // a POST of nothing: required fields will say what is missing
	}
	return unsupported("This kind of content cannot be read as a form.")
}

// contentType returns the request's media type, once encoding and charset are
// known to be ones that can be read.
func contentType(r *http.Request) (string, map[string]string, error) {
	if c := r.Header.Get("Content-Encoding"); c != "" && !strings.EqualFold(c, "identity") {
		return "", nil, unsupported("A compressed form cannot be read.")
	}
	field := r.Header.Get("Content-Type")
	if field == "" {
		return "", nil, nil
	}
	mediaType, params, err := mime.ParseMediaType(field)
	if err != nil {
		return "", nil, malformed("The request's Content-Type is malformed.", err)
	}
	if !isUTF8(params["charset"]) {
		return "", nil, unsupported("Only forms in UTF-8 can be read.")
	}
	return mediaType, params, nil
}

// isUTF8 knows the names of UTF-8 and of its subset.
func isUTF8(charset string) bool {
	return charset == "" || strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "utf8") || strings.EqualFold(charset, "us-ascii")
}

// readBody hands a body without files to parse.
func (t *tree) readBody(r *http.Request, parse func([]byte) error) error {
	max := min(t.limits.Text, t.limits.Body)
	if r.ContentLength > max {
		return tooLarge("The form is too large.")
	}
	if r.Body == nil {
		return parse(nil)
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, max))
	if err != nil {
		return err
	}
	return parse(body)
}

// readError says what a failure to read means to the client.
func readError(ctx context.Context, err error) error {
	var (
		known   *gangplank.HTTPError
		tooMany *http.MaxBytesError
		disk    *diskError
	)
	switch {
	case errors.As(err, &known), errors.As(err, &disk):
		return err
	case errors.As(err, &tooMany):
		return gangplank.Error(http.StatusRequestEntityTooLarge, "The form is too large.").Because(err)
	case ctx.Err() != nil:
		return fmt.Errorf("form: reading the body: %w", errors.Join(ctx.Err(), err))
	case errors.Is(err, os.ErrDeadlineExceeded):
		return gangplank.Error(http.StatusRequestTimeout, "The form took too long to arrive.").Because(err)
	}
	return malformed("The form is malformed or incomplete.", err)
}
