package compress_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/compress"
)

// FuzzConditions: of a condition that names tags of encoded bodies, the handler
// thinks what it would think if they were those of the plain one, and nobody is
// told that he has what he has not named.
func FuzzConditions(f *testing.F) {
	for _, field := range []string{
		``, `*`, `"v1"`, `"v1-gzip"`, `W/"v1"`, `W/"v1-zstd"`, `"v0", "v1-gzip"`, `"v0-gzip" , W/"x",, "v1-gzip"`, `"v,1-gzip"`, `"v1-gzip`, `v1-gzip"`,
		`"v1-gzip-gzip"`, `"-gzip"`, `""`, `"a"b"v1"`, "\"a\x00\", \"v1-gzip\"", `W/W/"v1"`, `"v1-gzip""v1"`, `"*"`, `*, "v1"`, `"v1", "a b-gzip"`, `"a b-gzip", "v1-gzip"`, `-gzip"v1-gzip"`,
	} {
		f.Add(field)
	}
	plain := versioned(`"v1"`)
	encoded := compress.New(compress.Config{})(plain)
	f.Fuzz(func(t *testing.T, field string) {
		if strings.ContainsAny(field, "\r\n") {
			t.Skip("no server lets that through")
		}
		status := func(h http.Handler, name, field string) (int, string) {
			r := request("gzip")
			r.Method = http.MethodHead
			r.Header[name] = []string{field}
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, r)
			return rec.Code, rec.Header().Get("ETag")
		}
		named := strings.Contains(field, `"v1`) || strings.Contains(field, "*")

		known, tag := status(encoded, "If-None-Match", field)
		was, _ := status(plain, "If-None-Match", field)
		would, _ := status(plain, "If-None-Match", asIfPlain(field))
		switch {
		case known != http.StatusNotModified && (was == http.StatusNotModified || would == http.StatusNotModified):
			t.Errorf("If-None-Match: %s: got %d", field, known)
		case known == http.StatusNotModified && !named:
			t.Errorf("If-None-Match: %s: got 304", field)
		case known == http.StatusNotModified && !strings.Contains(field, tag) && !strings.Contains(field, "*"):
			t.Errorf("If-None-Match: %s: got 304 for %s", field, tag)
		}

		current, _ := status(encoded, "If-Match", field)
		was, _ = status(plain, "If-Match", field)
		would, _ = status(plain, "If-Match", asIfPlain(field))
		switch {
		case current == http.StatusPreconditionFailed && (was == http.StatusOK || would == http.StatusOK):
			t.Errorf("If-Match: %s: got 412", field)
		case current == http.StatusOK && field != "" && !named:
			t.Errorf("If-Match: %s: got 200", field)
		}
	})
}

// asIfPlain takes the suffixes from the tags that a list begins with.
func asIfPlain(list string) (plain string) {
	for {
		member := firstTag.FindStringSubmatch(list)
		if member == nil {
			return plain + list
		}
		plain += member[1] + encodingSuffix.ReplaceAllString(member[2], `"`)
		list = list[len(member[0]):]
	}
}

var (
	firstTag       = regexp.MustCompile("^([, \t]*)((?:W/)?\"[^\\x00-\\x20\"\\x7f]*\")")
	encodingSuffix = regexp.MustCompile(`-(gzip|zstd|br)"$`)
)
