package errorpage_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// What a handler reads by itself of a body of text is on the development page, with
// its secrets hidden there and in the log, and in production nowhere.
func TestHeardBody(t *testing.T) {
	const jsonType, formType = "application/json", "application/x-www-form-urlencoded"
	long := `{"password":"open-sesame-42","name":"bob","more":"` + strings.Repeat("x ", 10_000) + `"}`
	for desc, tt := range map[string]struct {
		kind, body string
		read       int64
		err        error
		shown      string
		note       string
	}{
		"JSON":              {jsonType, `{"name": "bob", "password": "open-sesame-42"}`, 1 << 20, io.EOF, `{"name": "bob", "password": "[hidden: `, ""},
		"time-out":          {"application/vnd.api+json", `{"name": "bob", "password": "open-sesame-42"}`, 1 << 20, http.ErrHandlerTimeout, `{"name": "bob", "password": "[hidden: `, ""},
		"cut in the middle": {jsonType, `{"name":"bob","password":"open-sesame-42"}`, 35, io.EOF, `{"name":"bob","password":"[hidden: `, "The first 35 bytes of the body, of which the handler has read 35."},
		"long":              {jsonType, long, 1 << 20, io.EOF, `"name":"bob"`, fmt.Sprintf("The first 16384 bytes of the body, of which the handler has read %d.", len(long))},
		"form":              {formType, "name=bob&password=open-sesame-42", 1 << 20, io.EOF, "bob", ""},
		"malformed form":    {formType, "name=bob&password=open-sesame-42&a=%zz", 1 << 20, io.EOF, "bob", "The body is not these fields alone: a part could not be read."},
		"not read":          {jsonType, "{}", 0, io.EOF, "", "The handler had not parsed the body."},
		"no text":           {"image/png", "bob", 1 << 20, io.EOF, "", "The handler had not parsed the body."},
	} {
		for _, development := range []bool{false, true} {
			records := newRecords(t)
			s := newSite(errorpage.Config{Development: development, Records: records}, func(_ http.ResponseWriter, r *http.Request) error {
				_, err := io.Copy(io.Discard, io.LimitReader(r.Body, tt.read))
				return fmt.Errorf("%w %v: %q", tt.err, err, "open-sesame-42"[:9])
			})
			r := local("POST", "/", "Accept", "application/json", "Content-Type", tt.kind)
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(tt.body)), int64(len(tt.body))
			rec := s.get(t, r)
			record, err := records.Get(rec.Header().Get("X-Error-Id"))
			if err != nil {
				t.Fatal(err)
			}
			fields, _ := json.Marshal(record.Report.Request.Form)
			hasNot(t, desc, string(fields), "open-")
			if !development {
				hasNot(t, desc, string(fields), "bob")
				continue
			}
			if got := unescaper.Replace(string(fields)); tt.shown != "" && !strings.Contains(got, tt.shown) || tt.shown == "" && got != "null" {
				t.Errorf("%s: got %s", desc, got)
			}
			if got := record.Report.Request.FormNote; got != tt.note {
				t.Errorf("%s: noted %q, want %q", desc, got, tt.note)
			}
			if whole := strings.Contains(record.Report.Curl, "--data-"); !whole || strings.Contains(record.Report.Curl, "@body") != (tt.note != "" && tt.kind != formType) {
				t.Errorf("%s: got %s", desc, record.Report.Curl)
			}
		}
	}
}

// The command repeats what a handler has read by itself.
func TestCurlRepeatsHeard(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip(err)
	}
	reading := func(_ *testing.T, got *received, records *errorpage.Records) *site {
		return newSite(errorpage.Config{Development: true, Records: records}, func(_ http.ResponseWriter, r *http.Request) error {
			var v map[string]any
			err := json.NewDecoder(r.Body).Decode(&v)
			got.note(r, fmt.Append(nil, v, err))
			return errors.New("the cause")
		})
	}
	const body = `{"b": "@it's", "a": ["<\n", 1e3, {"c":null}]}`
	if command := repeats(t, reading, "POST", "/", "application/json", strings.ReplaceAll(body, `\n`, "\\n"), nil); strings.Contains(command, "has to be") {
		t.Errorf("got %s", command)
	}
}

// Layers outside keep their request, a body of another type or none at all is the
// handler's as it came, and what the handler notes in the request is known after a panic.
func TestHeardRequest(t *testing.T) {
	for kind, heard := range map[string]bool{"application/x-www-form-urlencoded": true, "text/plain": false, "": false} {
		for _, body := range []io.ReadCloser{io.NopCloser(strings.NewReader("name=bob")), http.NoBody, nil} {
			r := local("POST", "/", "Accept", "application/json", "Content-Type", kind)
			r.Body = body
			h := errorpage.New(development)(http.HandlerFunc(func(_ http.ResponseWriter, inner *http.Request) {
				if same := inner.Body == body; same == (heard && body != nil && body != http.NoBody) {
					t.Errorf("%q: got a %T for a %T", kind, inner.Body, body)
				}
				inner.ParseForm()
				panic("at the disco")
			}))
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, r)
			if r.Body != body {
				t.Errorf("%q: the outer request has a %T", kind, r.Body)
			}
			if shown := strings.Contains(rec.Body.String(), `[{"name":"name","value":"bob"}]`); shown != (heard && body != nil && body != http.NoBody) {
				t.Errorf("%q: got %s", kind, rec.Body)
			}
		}
	}
}
