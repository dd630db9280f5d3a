package form_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/form"
	"github.com/gangplank-web/gangplank/middleware/internal/posted"
)

type note struct {
	Title string            `form:"title"`
	Key   string            `form:"key,secret"`
	Parts []paragraph       `form:"parts"`
	More  map[string]string `form:"more,secret"`
	File  *form.File        `form:"file"`
}

type paragraph struct {
	Text string `form:"text"`
	Code string `form:"code,secret"`
}

// told decodes a request inside a Context and returns what an error page is told.
func told(r *http.Request, v any, limits form.Limits) (got posted.Form, err error) {
	gangplank.AttachedFunc(func(_ *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
		err = form.Decode(r, v, limits)
		got = posted.Of(r)
	}).ServeHTTP(httptest.NewRecorder(), r)
	return got, err
}

// What was read is told as it was sent, with what the program calls secret.
func TestTold(t *testing.T) {
	for _, tt := range []struct {
		kind, body, want string
	}{
		{urlencoded, "title=a&key=k&parts[0][code]=c&parts[0].text=&more[x]=m&other=o&other=p", "key=k! more[x]=m! other=o other=p parts[0][code]=c! parts[0].text= title=a"},
		{"application/json", `{"title":null,"more":{"x":1},"parts":[{},{"code":true}],"key":[]}`, "key=[]! more.x=1! parts.0={} parts.1.code=true! title=null"},
		{"application/json", "{}", ""},
		{multi, "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\nContent-Type: a/b\r\n\r\nxyz\r\n--B\r\nContent-Disposition: form-data; name=\"other\"; filename=\"f\"\r\n\r\nx\r\n--B--\r\n", "file={f a/b 3} other={  -1}"},
	} {
		got, err := told(post(tt.kind, tt.body), new(note), form.Limits{})
		if got == nil || !got.Whole() || !strings.HasPrefix(tt.kind, got.MediaType()) {
			t.Fatalf("%s: got %v, %v", tt.body, got, err)
		}
		if fields := listed(got); fields != tt.want {
			t.Errorf("%s: got %q, want %q", tt.body, fields, tt.want)
		}
	}
}

func listed(f posted.Form) string {
	var all []string
	for field := range f.Fields() {
		value := field.Text
		if field.File != nil {
			value = fmt.Sprint(*field.File)
		}
		if field.Secret {
			value += "!"
		}
		all = append(all, field.Name+"="+value)
	}
	return strings.Join(all, " ")
}

// JSON is written once more with what stands for the secrets as a text.
func TestToldJSON(t *testing.T) {
	body := `{"title":"<a> & \"b\" é","key":17,"parts":[{"text":"1"},{"text":null,"code":false},[]],"more":{"":"m"},"n":-1.50e+2,"a.b":true}`
	got, err := told(post("application/json", body), new(note), form.Limits{})
	if err == nil {
		t.Fatal("a list of no groups was taken")
	}
	text := func(f posted.Field) string {
		if f.Secret {
			return "hidden"
		}
		return f.Text
	}
	want := `{"a.b":true,"key":"hidden","more":{"":"hidden"},"n":-1.50e+2,"parts":[{"text":"1"},{"code":"hidden","text":null},[]],"title":"<a> & \"b\" é"}`
	if got := got.JSON(text); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Of what is refused the page is told what was read before, and not that it is all;
// nothing is told of what was not read, and nothing forgotten.
func TestToldOfRefused(t *testing.T) {
	for body, want := range map[string]string{"title=a&key=%zz": "title=a", "%zz=1": "nothing", strings.Repeat("a", 50) + "=1": "nothing"} {
		got, err := told(post(urlencoded, body), new(note), form.Limits{Text: 20})
		if err == nil || got == nil != (want == "nothing") || got != nil && (got.Whole() || listed(got) != want) {
			t.Errorf("%s: got %v, %v", body, got, err)
		}
	}
	got, err := told(post("application/json", `{"title":"a","title":"b"}`), new(note), form.Limits{})
	if err == nil || got.Whole() {
		t.Errorf("sent twice: got %v, %v", got, err)
	}
	r := post(urlencoded, "title=a")
	gangplank.AttachedFunc(func(_ *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
		for range 2 {
			if err := form.Decode(r, new(note), form.Limits{}); err != nil || listed(posted.Of(r)) != "title=a" {
				t.Errorf("decoded again: got %v, %v", listed(posted.Of(r)), err)
			}
		}
	}).ServeHTTP(httptest.NewRecorder(), r)
	if form.Decode(r, new(note), form.Limits{}); posted.Of(r) != nil {
		t.Error("told without a Context")
	}
}
