package middleware

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// MethodOverride lets an HTML form, which can send GET and POST only, state
// another method in a hidden field, the first in the form:
//
//	<form method="post"><input type="hidden" name="_method" value="DELETE">
//
// Only the methods given here can be stated; without any these are PUT, PATCH and
// DELETE. Only POST requests with the body of a form are looked at, and only the
// first 4 KiB of it, which are put back for the handler. There is no header to the
// same effect: whoever can send headers can send the method. What is stated but is
// not among the methods is answered with 400.
//
// Methods that are safe (GET, HEAD, OPTIONS) cannot be stated: CSRF protection
// further inside would let them pass, and they are what caches answer.
//
// It stands outside of routing, and outside of CSRF: with that around it, an exemption
// of "POST /hook" ([CSRFConfig]) would be one of DELETE /hook, too. For a method other than PUT and PATCH net/http does not parse an
// urlencoded body, so that is done here, and r.Form is there.
func MethodOverride(methods ...string) gangplank.Middleware {
	settings.Check("middleware.MethodOverride", validOverrides(methods))
	if methods = slices.Clone(methods); len(methods) == 0 {
		methods = []string{http.MethodPut, http.MethodPatch, http.MethodDelete}
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			overridden, err := overrideMethod(r, methods)
			if err != nil {
				gangplank.Fail(w, r, err)
				return
			}
			next.ServeHTTP(w, overridden)
			r.MultipartForm = overridden.MultipartForm // its files go with r
		})
	}
}

func validOverrides(methods []string) error {
	var errs []error
	for _, m := range methods {
		switch {
		case !settings.IsToken(m) || m != strings.ToUpper(m):
			errs = append(errs, fmt.Errorf("%q is not a method in upper case", m))
		case slices.Contains([]string{"GET", "HEAD", "OPTIONS", "TRACE", "QUERY", "CONNECT", "POST"}, m):
			errs = append(errs, fmt.Errorf("%s must not be stated by a form", m))
		}
	}
	return errors.Join(errs...)
}

// overrideMethod returns r, or a copy with the method that its form states.
func overrideMethod(r *http.Request, methods []string) (*http.Request, error) {
	if r.Method != http.MethodPost || r.Body == nil || r.Body == http.NoBody {
		return r, nil
	}
	mediaType, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	find := statedMethod(mediaType, params["boundary"])
	if err != nil || find == nil || r.Header.Get("Content-Encoding") != "" {
		return r, nil
	}
	body := bufio.NewReaderSize(r.Body, overrideWindow)
	start, _ := body.Peek(overrideWindow) // an error comes again to whoever reads on
	copied := *r
	copied.Body = &peekedBody{body, r.Body}
	stated := strings.ToUpper(find(start))
	switch {
	case stated == "" || stated == http.MethodPost:
		return &copied, nil
	case !slices.Contains(methods, stated):
		return nil, gangplank.Error(http.StatusBadRequest, "This form states a method that is not allowed.")
	case stated != http.MethodPut && stated != http.MethodPatch && mediaType == urlencoded:
		if err := copied.ParseForm(); err != nil {
			return nil, unreadable(err)
		}
	}
	copied.Method = stated
	return &copied, nil
}

// unreadable is the answer to a form that cannot be parsed; too large a one has
// its own status.
func unreadable(err error) error {
	if status := gangplank.StatusOf(err); status != http.StatusInternalServerError {
		return err
	}
	return gangplank.Error(http.StatusBadRequest, "This form cannot be read.").Because(err)
}

const (
	urlencoded     = "application/x-www-form-urlencoded"
	overrideField  = "_method"
	overrideWindow = 4 << 10
)

// peekedBody is a body whose beginning was looked at.
type peekedBody struct {
	io.Reader
	io.Closer
}

// statedMethod returns what finds the field in the beginning of a body of this
// type, or nil if the type is not one of forms.
func statedMethod(mediaType, boundary string) func(start []byte) string {
	switch {
	case mediaType == urlencoded:
		return statedInPairs
	case mediaType == "multipart/form-data" && boundary != "":
		return func(start []byte) string { return statedInParts(start, boundary) }
	}
	return nil
}

// statedInPairs looks at whole pairs: the last may be cut off by the window.
func statedInPairs(start []byte) string {
	pairs := string(start)
	if len(start) == overrideWindow {
		pairs = pairs[:strings.LastIndexByte(pairs, '&')+1]
	}
	for pair := range strings.SplitSeq(pairs, "&") {
		if value, ok := strings.CutPrefix(pair, overrideField+"="); ok {
			if method, err := url.QueryUnescape(value); err == nil {
				return method
			}
			return value // and refused as such
		}
	}
	return ""
}

func statedInParts(start []byte, boundary string) string {
	parts := multipart.NewReader(bytes.NewReader(start), boundary)
	for {
		part, err := parts.NextPart()
		if err != nil {
			return ""
		}
		if part.FormName() != overrideField || part.FileName() != "" {
			continue
		}
		value, err := io.ReadAll(part)
		if err != nil {
			return ""
		}
		return string(value)
	}
}
