package errorpage_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// nest puts n errors around err.
func nest(n int, err error) error {
	for range n {
		err = fmt.Errorf("%w", err)
	}
	return err
}

func wide(n int) error {
	errs := make([]error, n)
	for i := range errs {
		errs[i] = errors.New("leaf")
	}
	return errors.Join(errs...)
}

// A tree of causes that is cut says so, and by how much, in every form and in what is
// stored.
func TestCausesLeftOut(t *testing.T) {
	loop := new(circle)
	loop.cause = fmt.Errorf("again: %w", loop)
	const unasked = "*errorpage_test.circle may have"
	for _, tt := range []struct {
		desc string
		err  error
		want string // or empty: all is there
	}{
		{"32 deep", nest(32, errors.New("root")), ""},
		{"33 deep", nest(33, errors.New("root")), "causes that are more than 32 errors deep: 1"},
		{"100 deep", nest(100, errors.New("root")), "causes that are more than 32 errors deep: 68"},
		{"traced on the way", nest(32, errorpage.Trace(nest(3, errorpage.Trace(errors.New("root"))))), "causes that are more than 32 errors deep: 3"},
		{"two that are too deep", errors.Join(nest(32, errors.New("one")), nest(34, errors.New("two"))), "causes that are more than 32 errors deep: 4"},
		{"wide and deep", nest(32, wide(800)), "causes that are more than 32 errors deep: 800"},
		{"wide", wide(900), ""},
		{"too wide", wide(1100), "*errors.joinError may have"},
		{"too deep", nest(1100, errors.New("root")), "*fmt.wrapError may have"},
		{"in a circle", loop, unasked},
		{"a panic with a circle", panicOf(loop), unasked},
		{"a nil pointer", (*nilError)(nil), ""},
	} {
		records := newRecords(t)
		s := newSite(errorpage.Config{Development: true, Records: records}, func(http.ResponseWriter, *http.Request) error {
			if p, ok := tt.err.(panicOfError); ok {
				panic(p.error)
			}
			return tt.err
		})
		body := map[string]string{}
		for _, accept := range formats {
			rec := s.get(t, local("GET", "/", "Accept", accept))
			body[accept] = unescaper.Replace(rec.Body.String())
			records.Flush(t.Context())
			stored, err := records.Get(rec.Header().Get("X-Error-Id"))
			if err != nil {
				t.Fatal(err)
			}
			body["the record"] = strings.Join(stored.Report.Missing, "\n")
		}
		for form, text := range body {
			text = strings.ReplaceAll(text, `\`, "")
			if tt.want == "" {
				hasNot(t, tt.desc+" as "+form, text, "errors deep: ", " may have as causes")
				continue
			}
			has(t, tt.desc+" as "+form, text, tt.want)
		}
	}
}

type panicOfError struct{ error }

func panicOf(err error) error { return panicOfError{err} }
