package errorpage_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/errorpage"
	"github.com/gangplank-web/gangplank/middleware/form"
)

type decoded struct {
	Name     string       `form:"name"`
	Password string       `form:"password"`
	Motto    string       `form:"motto,secret"` // by its name and shape it is none
	Home     address      `form:"home,secret"`
	Tags     []string     `form:"tags"`
	Age      *int         `form:"age"`
	Files    []*form.File `form:"f"`
	Typed    form.Values
}

type address struct {
	Street string `form:"street"`
}

const (
	decodedForm      = "name=%40bob+%26%0A&password=open-sesame-42&motto=per+aspera&home%5Bstreet%5D=Elm+Street&tags%5B%5D=a&tags%5B%5D=b"
	decodedJSON      = `{"name":"@bob &\n","password":"open-sesame-42","motto":"per aspera","home":{"street":"Elm Street"},"tags":["a","b"]}`
	decodedMultipart = "--B\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n@bob &\n\r\n" +
		"--B\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nopen-sesame-42\r\n" +
		"--B\r\nContent-Disposition: form-data; name=\"motto\"\r\n\r\nper aspera\r\n" +
		"--B\r\nContent-Disposition: form-data; name=\"home[street]\"\r\n\r\nElm Street\r\n" +
		"--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a b;c.bin\"\r\nContent-Type: image/png\r\n\r\n" + fileContent + "\r\n" +
		"--B\r\nContent-Disposition: form-data; name=\"spare\"; filename=\"x.txt\"\r\n\r\nmore\r\n--B--\r\n"
)

// What form.Decode has read is shown as what ParseForm has read, and what it or the
// program calls secret is hidden wherever it turns up: also when the reading or a
// check has failed, or the handler has run out of time.
func TestDecodedForm(t *testing.T) {
	names := []string{"name", "@bob &", "motto", "home"}
	for _, tt := range []struct {
		method, target, kind, body string
		shown                      []string
		note                       string
	}{
		{"POST", "/", "application/x-www-form-urlencoded", decodedForm, append(names, "home[street]", "tags[]"), ""},
		{"POST", "/", "application/json; charset=utf-8", decodedJSON, append(names, "home.street", "tags.1"), ""},
		{"POST", "/", "multipart/form-data; boundary=B", decodedMultipart, append(names, `file "a b;c.bin", 8 bytes`, "file, not kept"), ""},
		{"POST", "/", "application/x-www-form-urlencoded", decodedForm + "&%zz", names, "a part was refused"},
		{"POST", "/", "application/json", `{"password":"none","name":"@bob &","motto":"","home":null,` + decodedJSON[1:], names, "sent twice"},
		{"POST", "/", "text/csv", "a,b", nil, "had not parsed"},
		{"GET", "/?" + decodedForm, "", "", nil, ""},
	} {
		for _, after := range []error{errors.New("broken"), http.ErrHandlerTimeout} {
			for _, dev := range []bool{false, true} {
				records := newRecords(t)
				s := newSite(errorpage.Config{Development: dev, Records: records}, func(_ http.ResponseWriter, r *http.Request) error {
					var v decoded
					err := form.Decode(r, &v, form.Limits{})
					return fmt.Errorf("%w: open-sesame-42 of per aspera in Elm Street: %v", after, err)
				})
				r := local(tt.method, tt.target, "Accept", "application/json", "Content-Type", tt.kind)
				r.Body, r.ContentLength = io.NopCloser(strings.NewReader(tt.body)), int64(len(tt.body))
				rec := s.get(t, r)
				record, err := records.Get(rec.Header().Get("X-Error-Id"))
				if err != nil {
					t.Fatal(err)
				}
				stored, _ := json.Marshal(record)
				if tt.shown == nil && tt.note != "" {
					hasNot(t, tt.kind, string(stored), `"form":`)
				} else {
					for where, text := range map[string]string{"page": rec.Body.String(), "record": withoutSource(string(stored)), "log": s.log.String()} {
						hasNot(t, tt.kind+", the "+where, withoutExcerpts(text), "open-sesame", "per aspera", "per+aspera", "Elm Street", "Elm+Street")
					}
				}
				fields, _ := json.Marshal(record.Report.Request.Form)
				has(t, tt.kind, unescaper.Replace(string(fields)), tt.shown...)
				want := tt.note
				if tt.shown == nil && after == http.ErrHandlerTimeout {
					want = "may still be at work"
				}
				if note := record.Report.Request.FormNote; note != want && (want == "" || !strings.Contains(note, want)) {
					t.Errorf("%s: noted %q, want %q", tt.kind, note, want)
				}
			}
		}
	}
}

// withoutExcerpts takes the source out of a page, in which the secrets stand.
func withoutExcerpts(page string) string {
	var problem struct{ Debug *errorpage.Report }
	if json.Unmarshal([]byte(page), &problem) != nil || problem.Debug == nil {
		return page
	}
	stored, _ := json.Marshal(errorpage.Record{Report: problem.Debug})
	return withoutSource(string(stored))
}

// A form that form.Decode has read is repeated by the command, names and types
// included.
func TestCurlRepeatsDecoded(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip(err)
	}
	part := func(head, content string) string {
		return "--B\r\nContent-Disposition: form-data; name=" + head + "\r\n\r\n" + content + "\r\n"
	}
	for kind, tt := range map[string]struct{ body, needs string }{
		"application/x-www-form-urlencoded": {"name=%40bob+%26&tags%5B%5D=it's&tags%5B%5D=%22b%22&tags%5B3%5D=c&=no+name&home%5Bstreet%5D=", ""},
		"application/json":                  {`{"tags":["it's","<b>\n"],"age":17,"name":null,"home":{"x":{},"y":[],"street":"a"},"more":[true,{"a":1e3},[]],"":"no name"}`, ""},
		"application/vnd.api+json":          {`{}`, ""},
		"multipart/form-data; boundary=B": {
			part(`"name"`, "@bob &\n") + part(`"tags[]"`, "<a") + part(`"tags[]"`, "it's") +
				part("\"f\"; filename=\"a b;c.bin\"\r\nContent-Type: image/png", fileContent) + "--B--\r\n",
			"a b;c.bin",
		},
	} {
		t.Run(kind, func(t *testing.T) {
			command := repeats(t, decoding, "POST", "/", kind, tt.body, nil)
			if strings.Contains(command, "not known here") || strings.Contains(command, "has to be") != (tt.needs != "") || !strings.Contains(command, tt.needs) {
				t.Errorf("what is needed: %s", command)
			}
		})
	}
}

// decoding is a site that decodes what it gets, and fails.
func decoding(t *testing.T, got *received, records *errorpage.Records) *site {
	return newSite(errorpage.Config{Records: records}, func(_ http.ResponseWriter, r *http.Request) error {
		var v struct {
			Name  string       `form:"name"`
			Tags  []string     `form:"tags"`
			Age   *int         `form:"age"`
			Home  *address     `form:"home"`
			Files []*form.File `form:"f"`
			Typed form.Values
		}
		if err := form.Decode(r, &v, form.Limits{}); err != nil {
			t.Error(err)
		}
		body, _ := json.Marshal(v)
		for _, f := range v.Files {
			content, _ := io.ReadAll(f.Open())
			body = append(body, content...)
		}
		got.note(r, body)
		return errors.New("the cause")
	})
}
