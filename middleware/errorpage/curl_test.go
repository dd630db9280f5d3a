package errorpage_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// received is what a server gets of a request, as text.
type received struct {
	mu  sync.Mutex
	all []string
}

func (rc *received) note(r *http.Request, body []byte) {
	var b strings.Builder
	fmt.Fprintln(&b, r.Method, r.RequestURI, r.Host, r.ContentLength != 0)
	h := r.Header.Clone()
	for _, name := range []string{"Content-Length", "Connection", "Accept-Encoding", "Expect"} {
		h.Del(name)
	}
	if kind, _, ok := strings.Cut(h.Get("Content-Type"), "; boundary="); ok {
		h.Set("Content-Type", kind)
	}
	_ = h.Write(&b)
	if r.MultipartForm == nil {
		b.Write(body)
	} else {
		writeForm(&b, r.MultipartForm)
	}
	rc.mu.Lock()
	defer rc.mu.Unlock()
	rc.all = append(rc.all, b.String())
}

func writeForm(w io.Writer, form *multipart.Form) {
	fmt.Fprintf(w, "%q\n", form.Value)
	for name, files := range form.File {
		for _, file := range files {
			f, _ := file.Open()
			content, _ := io.ReadAll(f)
			f.Close()
			fmt.Fprintf(w, "%q %q %q %q\n", name, file.Filename, file.Header.Get("Content-Type"), content)
		}
	}
}

// multipartOf makes a form with values and a file.
func multipartOf(t *testing.T) (contentType string, body []byte) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	var err error
	for _, pair := range [][2]string{{"a", "1"}, {"a", "@etc"}, {"b", "<x; type=text/plain\nand 'more'"}, {"", "no name"}} {
		err = w.WriteField(pair[0], pair[1])
	}
	part, failed := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="f[1]"; filename="a b;c.bin"`}, "Content-Type": {"image/png"}})
	if err != nil || failed != nil {
		t.Fatal(err, failed)
	}
	part.Write([]byte(fileContent))
	w.Close()
	return w.FormDataContentType(), b.Bytes()
}

const fileContent = "the\x00file"

// accepting is a site that reads what it gets, and fails.
func accepting(t *testing.T, got *received, records *errorpage.Records) *site {
	return newSite(errorpage.Config{Records: records}, func(w http.ResponseWriter, r *http.Request) error {
		var body []byte
		switch kind := r.Header.Get("Content-Type"); {
		case strings.HasPrefix(kind, "multipart/"):
			if err := r.ParseMultipartForm(1 << 20); err != nil {
				t.Error(err)
			}
		case strings.Contains(kind, "urlencoded"):
			if err := r.ParseForm(); err != nil {
				t.Error(err)
			}
			body = []byte(r.PostForm.Encode())
		default:
			body, _ = io.ReadAll(r.Body)
		}
		got.note(r, body)
		return errors.New("the cause")
	})
}

// The command that a page offers is run, and what the server gets is compared
// with what it got at first.
func TestCurlRepeatsTheRequest(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip(err)
	}
	multipartType, multipartBody := multipartOf(t)
	const form, json = "application/x-www-form-urlencoded", `{"a": "it's", "b": [1, "@x"]}`
	for _, tt := range []struct {
		method, uri, kind, body string
		header                  []string
	}{
		{method: "GET", uri: "/"},
		{method: "GET", uri: "/a/../b/./c%2Fd?f[a]=1&g={1,2}&next=http://example.com/&q='x'", header: []string{"Cookie", "theme=dark; b=2", "X-Empty", "", "X-Two", "it's", "X-Two", `"2"`, "Sec-Fetch-Site", "cross-site"}},
		{method: "GET", uri: "/", header: []string{"Accept", "text/html", "User-Agent", ""}},
		{method: "HEAD", uri: "/a[1-3].txt"},
		{method: "POST", uri: "/?x=1"},
		{method: "POST", uri: "/", kind: form, body: "a=1&a=%40b&c+d=x%26y%3D+%C3%A9&f%5Ba%5D=%0A&=no+name&empty="},
		{method: "PUT", uri: "/", kind: form + "; charset=utf-8", body: "a=<&b=@x"},
		{method: "POST", uri: "/", kind: "application/json", body: json},
		{method: "PATCH", uri: "/", body: "no type"},
		{method: "DELETE", uri: "/it's"},
		{method: "POST", uri: "/", kind: multipartType, body: string(multipartBody)},
	} {
		t.Run(tt.method+" "+tt.uri+" "+tt.kind, func(t *testing.T) {
			command := repeats(t, accepting, tt.method, tt.uri, tt.kind, tt.body, tt.header)
			if needs := strings.Contains(command, "has to be"); needs != (tt.body != "" && !strings.Contains(tt.kind, "urlencoded")) {
				t.Errorf("what is needed: %s", command)
			}
		})
	}
}

// repeats sends a request, and then runs the command, which it returns.
func repeats(t *testing.T, site func(*testing.T, *received, *errorpage.Records) *site, method, uri, kind, body string, header []string) string {
	t.Helper()
	got, records := new(received), newRecords(t)
	srv := httptest.NewServer(site(t, got, records))
	defer srv.Close()
	r, err := http.NewRequest(method, srv.URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	path, query, _ := strings.Cut(uri, "?")
	r.URL.Opaque, r.URL.RawQuery = path, query
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for pair := range slices.Chunk(header, 2) {
		r.Header.Add(pair[0], pair[1])
	}
	res, err := srv.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	record, err := records.Get(res.Header.Get("X-Error-Id"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, content := range map[string]string{"body": body, "a b;c.bin": fileContent} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("sh", "-c", strings.Replace(record.Report.Curl, "curl ", "curl -sS ", 1))
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil || !strings.HasPrefix(string(out), "HTTP/1.1 500") {
		t.Fatalf("%s\ngot %v, %s", record.Report.Curl, err, out)
	}
	if len(got.all) != 2 || got.all[0] != got.all[1] {
		t.Errorf("%s\ngot %q\nwant %q", record.Report.Curl, got.all[len(got.all)-1], got.all[0])
	}
	return record.Report.Curl
}
