package form_test

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/form"
)

const multi = "multipart/form-data; boundary=B"

func part(head, body string) string { return "--B\r\n" + head + "\r\n\r\n" + body + "\r\n" }

func text(name, body string) string {
	return part(`Content-Disposition: form-data; name="`+name+`"`, body)
}

func TestRefused(t *testing.T) {
	many := func(n int, f func(i string) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(f(strconv.Itoa(i)))
		}
		return b.String()
	}
	cases := []struct {
		desc, contentType, body string
		status                  int
	}{
		{"10 000 fields", urlencoded, many(10000, func(i string) string { return "a" + i + "=1&" }), 413},
		{"10 000 values of a field", urlencoded, strings.Repeat("tags=1&", 10000), 413},
		{"10 000 list elements", urlencoded, many(10000, func(i string) string { return "items[" + i + "].name=1&" }), 413},
		{"10 000 JSON keys", "application/json", `{` + many(10000, func(i string) string { return `"a` + i + `":1,` }) + `"z":1}`, 413},
		{"10 000 JSON elements", "application/json", `{"tags":[` + strings.Repeat("0,", 10000) + `0]}`, 413},
		{"10 000 times one JSON key", "application/json", `{` + strings.Repeat(`"a":1,`, 10000) + `"a":1}`, 413},
		{"10 000 parts", multi, many(10000, func(i string) string { return text("a"+i, "") }) + "--B--", 413},
		{"10 000 unchosen files", multi, strings.Repeat(part(`Content-Disposition: form-data; name="photo"; filename=""`, ""), 10000) + "--B--", 413},
		{"10 000 pairs of nothing but a name", urlencoded, many(10000, func(i string) string { return "a" + i + "&" }), 413},
		{"deep name", urlencoded, "a" + strings.Repeat(".a", 90) + "=1", 400},
		{"deep brackets", urlencoded, "a" + strings.Repeat("[a]", 60) + "=1", 400},
		{"deep JSON", "application/json", strings.Repeat(`{"a":`, 20) + "1" + strings.Repeat("}", 20), 400},
		{"very deep JSON", "application/json", `{"a":` + strings.Repeat(`[`, 400000), 400},
		{"long name", urlencoded, strings.Repeat("n", 201) + "=1", 400},
		{"long escaped name", urlencoded, strings.Repeat("%41", 201) + "=1", 400},
		{"long JSON key", "application/json", `{"` + strings.Repeat("n", 201) + `":1}`, 400},
		{"long part name", multi, text(strings.Repeat("n", 201), "1") + "--B--", 400},
		{"long text", urlencoded, "a=" + strings.Repeat("x", 1<<20), 413},
		{"long part", multi, text("who", strings.Repeat("x", 1<<20)) + "--B--", 413},
		{"huge part head", multi, part("X: "+strings.Repeat("x", 1<<20)+"\r\n"+`Content-Disposition: form-data; name="who"`, "1") + "--B--", 400},
		{"many fields in a part's head", multi, part(strings.Repeat("X: y\r\n", 100000)+`Content-Disposition: form-data; name="who"`, "1") + "--B--", 400},
		{"endless preamble", multi, strings.Repeat("x\r\n", 1<<18) + text("who", "1") + "--B--", 400},
		{"long file name", multi, part(`Content-Disposition: form-data; name="photo"; filename="`+strings.Repeat("n", 256)+`"`, "1") + "--B--", 400},
		{"no boundary", "multipart/form-data", "", 400},
		{"long boundary", "multipart/form-data; boundary=" + strings.Repeat("B", 71), "", 400},
		{"empty body", multi, "", 400},
		{"no part", multi, "hello", 400},
		{"truncated in a head", multi, "--B\r\nContent-Disposition: form-da", 400},
		{"truncated in a value", multi, "--B\r\nContent-Disposition: form-data; name=\"who\"\r\n\r\nhel", 400},
		{"no last boundary", multi, text("who", "1"), 400},
		{"no disposition", multi, part("X: y", "1") + "--B--", 400},
		{"other disposition", multi, part(`Content-Disposition: attachment; name="who"`, "1") + "--B--", 400},
		{"encoded part", multi, part("Content-Transfer-Encoding: base64\r\n"+`Content-Disposition: form-data; name="who"`, "MQ==") + "--B--", 415},
		{"bad escape", urlencoded, "who=%zz", 400},
		{"semicolon", urlencoded, "who=1;admin=1", 400},
		{"not UTF-8", urlencoded, "who=%ff", 400},
		{"part not UTF-8", multi, text("who", "\xff") + "--B--", 400},
		{"JSON not UTF-8", "application/json", "{\"who\":\"\xff\"}", 400},
		{"other charset", urlencoded + "; charset=iso-8859-1", "who=1", 415},
		{"other charset by field", urlencoded, "who=1&_charset_=windows-1252", 415},
		{"broken JSON", "application/json", `{"who":`, 400},
		{"two JSON values", "application/json", `{} {}`, 400},
		{"JSON list", "application/json", `[]`, 400},
		{"JSON null", "application/json", `null`, 400},
		{"empty JSON", "application/json", ``, 400},
		{"XML", "text/xml", "<a/>", 415},
		{"no type", "", "who=1", 415},
		{"malformed type", "a/b; c", "who=1", 400},
	}
	for _, tc := range cases {
		t.Run(tc.desc, func(t *testing.T) {
			v := order{Who: "before"}
			wantStatus(t, form.Decode(post(tc.contentType, tc.body), &v, form.Limits{}), tc.status)
			if v.Who != "before" || v.Typed != nil {
				t.Errorf("v was changed: %+v", v)
			}
		})
	}
}

func TestRefusedUpload(t *testing.T) {
	file := func(n int) [3]string { return [3]string{"photos", "x", strings.Repeat("x", n)} }
	cases := []struct {
		desc   string
		parts  [][3]string
		limits form.Limits
		status int
	}{
		{"large file in memory", [][3]string{file(11)}, form.Limits{File: 10}, 413},
		{"large file on disk", [][3]string{file(11)}, form.Limits{File: 10, Memory: 1}, 413},
		{"many files", [][3]string{file(1), file(1), file(1)}, form.Limits{Files: 2}, 413},
		{"large body", [][3]string{file(5000), file(5000)}, form.Limits{Body: 6000}, 413},
	}
	for _, tc := range cases {
		for _, length := range []string{"declared", "chunked"} {
			t.Run(tc.desc+"/"+length, func(t *testing.T) {
				r := upload(t, tc.parts...)
				if length == "chunked" {
					r.ContentLength = -1
				}
				tc.limits.TempDir = t.TempDir()
				wantStatus(t, form.Decode(r, new(order), tc.limits), tc.status)
			})
		}
	}
}

func TestCompressed(t *testing.T) {
	r := post(urlencoded, "who=1")
	r.Header.Set("Content-Encoding", "gzip")
	err := form.Decode(r, new(order), form.Limits{})
	wantStatus(t, err, 415)
	var refused *gangplank.HTTPError
	if errors.As(err, &refused); !strings.Contains(refused.Header.Get("Accept"), urlencoded) {
		t.Errorf("got %v, want an Accept field", refused.Header)
	}
}

// TestDeclaredLength: what says it is too large is refused before it is read, so
// that a client which waits for 100 Continue never sends it.
func TestDeclaredLength(t *testing.T) {
	for _, contentType := range []string{urlencoded, "application/json", multi} {
		r := httptest.NewRequest("POST", "/", unreadable{t})
		r.Header.Set("Content-Type", contentType)
		r.ContentLength = 1 << 40
		wantStatus(t, form.Decode(r, new(order), form.Limits{}), 413)
	}
}

type unreadable struct{ t *testing.T }

func (u unreadable) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}

func TestNoLimit(t *testing.T) {
	const most = int(^uint(0) >> 1)
	l := form.Limits{Body: 1<<63 - 1, Text: 1<<63 - 1, File: 1<<63 - 1, Memory: 1<<63 - 1, Fields: most, Depth: most, Name: most, Files: most, FileName: most}
	var v order
	wantErrors(t, form.Decode(upload(t, [3]string{"photo", "x.png", "hello"}), &v, l))
	if v.Photo == nil || v.Photo.Size != 5 {
		t.Errorf("got photo %+v", v.Photo)
	}
	wantErrors(t, form.Decode(post(urlencoded, "who=a"), &v, l))
}

func TestQueryIsNotMixedWithBody(t *testing.T) {
	var v order
	r := post(urlencoded, "who=body")
	r.URL.RawQuery = "count=1&who=query"
	wantErrors(t, form.Decode(r, &v, form.Limits{}))
	if v.Who != "body" || v.Count != 0 {
		t.Errorf("got %+v", v)
	}
	r = httptest.NewRequest("GET", "/?who=query&count=1", strings.NewReader("who=body"))
	wantErrors(t, form.Decode(r, &v, form.Limits{}))
	if v.Who != "query" || v.Count != 1 {
		t.Errorf("got %+v", v)
	}
	wantStatus(t, form.Decode(httptest.NewRequest("GET", "/?who="+strings.Repeat("x", 100), nil), &v, form.Limits{Text: 50}), 413)
}

func TestNoBody(t *testing.T) {
	r := httptest.NewRequest("POST", "/", nil)
	var v item
	wantErrors(t, form.Decode(r, &v, form.Limits{}), "name required")
}

func TestClientGone(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r := httptest.NewRequestWithContext(ctx, "POST", "/", io.MultiReader(strings.NewReader("who="), broken{}))
	r.Header.Set("Content-Type", urlencoded)
	if err := form.Decode(r, new(order), form.Limits{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want one that is context.Canceled", err)
	}
	wantStatus(t, form.Decode(r.WithContext(context.Background()), new(order), form.Limits{}), 400)
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// TestMemory sends what a decoder without bounds would store: the heap that is
// allocated in all must stay near the limits, not near the input.
func TestMemory(t *testing.T) {
	cases := []struct {
		desc, contentType, head, fill string
	}{
		{"text", urlencoded, "who=", "xxxxxxxxxxxxxxxx"},
		{"pairs", urlencoded, "", "aaaaaaa=bbbbbbb&"},
		{"JSON", "application/json", `{"tags":[`, `"aaaaaa","bbbb",`},
		{"part head", multi, "--B\r\nX: ", "xxxxxxxxxxxxxxxx"},
		{"part head fields", multi, "--B\r\n", "X: yyyyyyyyyyy\r\n"},
		{"file", multi, "--B\r\nContent-Disposition: form-data; name=photo; filename=x\r\n\r\n", "xxxxxxxxxxxxxxxx"},
		{"file nobody asked for", multi, "--B\r\nContent-Disposition: form-data; name=zz; filename=x\r\n\r\n", "xxxxxxxxxxxxxxxx"},
	}
	for _, tc := range cases {
		t.Run(tc.desc, func(t *testing.T) {
			body := io.MultiReader(strings.NewReader(tc.head), io.LimitReader(&endless{tc.fill}, 64<<20))
			r := httptest.NewRequest("POST", "/", body)
			r.Header.Set("Content-Type", tc.contentType)
			limits := form.Limits{Body: 16 << 20, Text: 64 << 10, Memory: 64 << 10, TempDir: t.TempDir()}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := form.Decode(r, new(order), limits)
			runtime.ReadMemStats(&after)
			if status := gangplank.StatusOf(err); status != 413 && status != 400 {
				t.Errorf("got %v, want 413 or 400", err)
			}
			if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 {
				t.Errorf("allocated %d bytes in all", got)
			}
		})
	}
}

// endless repeats a text of 16 bytes.
type endless struct{ text string }

func (e *endless) Read(p []byte) (int, error) {
	n := 0
	for n+len(e.text) <= len(p) {
		n += copy(p[n:], e.text)
	}
	if n == 0 {
		n = copy(p, e.text)
	}
	return n, nil
}

func TestParsedBefore(t *testing.T) {
	r := post(urlencoded, "who=a&items[0].name=x")
	if err := r.ParseForm(); err != nil {
		t.Fatal(err)
	}
	var v order
	wantErrors(t, form.Decode(r, &v, form.Limits{}))
	if v.Who != "a" || len(v.Items) != 1 {
		t.Errorf("got %+v", v)
	}
	wantStatus(t, form.Decode(r, &v, form.Limits{Text: 10}), 413)
	wantStatus(t, form.Decode(r, &v, form.Limits{Fields: 2}), 413)
	r = upload(t, [3]string{"photo", "x.png", "hello"}, [3]string{"zz", "y", "z"})
	if err := r.ParseMultipartForm(1); err != nil {
		t.Fatal(err)
	}
	defer func(f *multipart.Form) { _ = f.RemoveAll() }(r.MultipartForm)
	wantErrors(t, form.Decode(r, &v, form.Limits{}))
	if got, err := io.ReadAll(v.Photo.Open()); string(got) != "hello" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	wantStatus(t, form.Decode(r, &v, form.Limits{File: 4}), 413)
}
