//go:build linux

package gatewaytest_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/browsertest"
	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
	"github.com/gangplank-web/gangplank/middleware/static"
)

const oddName = "a b%20c+d?.txt"

// library is a folder of files that the servers may read.
func library(t *testing.T) (folder string) {
	t.Helper()
	folder = filepath.Join(filepath.Dir(servertest.Socket(t)), "library")
	for name, content := range map[string]string{
		oddName: "0123456789", "large.bin": strings.Repeat("0123456789abcdef", 200_000), "index.html": "<p>home", "sub/<b>.txt": "b", "sub/notes.txt": strings.Repeat("All is well.\n", 200),
		"sub/a rather long name of a file that will not fit on a narrow screen.txt": "x",
	} {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// sendfileFronts are the servers that send a file which an answer names.
var sendfileFronts = []struct {
	name, scheme string
	offload      func(folder string) static.Offload
	start        func(t *testing.T, socket, folder string) *servertest.Server
}{
	{"nginx-fastcgi", "fastcgi", nginxOffload, func(t *testing.T, socket, folder string) *servertest.Server {
		var n servertest.Nginx
		n.FastCGI("/", socket)
		n.Internal("/internal", folder)
		return n.Start(t)
	}},
	{"nginx-http", "http", nginxOffload, func(t *testing.T, socket, folder string) *servertest.Server {
		var n servertest.Nginx
		n.HTTP("/", socket)
		n.Internal("/internal", folder)
		return n.Start(t)
	}},
	{"lighttpd", "fastcgi", static.XLighttpdSendFile, func(t *testing.T, socket, folder string) *servertest.Server {
		var l servertest.Lighttpd
		l.FastCGISendfile("/", socket, folder)
		return l.Start(t)
	}},
	{"apache-proxy-fcgi", "fastcgi", static.XSendfile, func(t *testing.T, socket, folder string) *servertest.Server {
		var a servertest.Apache
		a.ProxyFCGI("/", socket)
		a.Sendfile(folder)
		return a.Start(t)
	}},
	{"apache-http", "http", static.XSendfile, func(t *testing.T, socket, folder string) *servertest.Server {
		var a servertest.Apache
		a.HTTP("/", socket)
		a.Sendfile(folder)
		return a.Start(t)
	}},
}

func nginxOffload(string) static.Offload { return static.XAccelRedirect("/internal") }

// TestSendfile has each front server send files, whatever their names, and answer
// ranges and conditional requests.
func TestSendfile(t *testing.T) {
	t.Parallel()
	for _, front := range sendfileFronts {
		t.Run(front.name, func(t *testing.T) {
			t.Parallel()
			folder := library(t)
			h := static.Handler(static.Config{Dir: folder, Offload: front.offload(folder)})
			url := front.start(t, serveAt(t, front.scheme, h), folder).URL
			large := strings.Repeat("0123456789abcdef", 200_000)
			odd := ask(t, url+"/a%20b%2520c+d%3F.txt")
			odd.expect(t, 200, "0123456789", "text/plain; charset=utf-8")
			ask(t, url+"/large.bin").expect(t, 200, large, "application/octet-stream")
			ask(t, url+"/").expect(t, 200, "<p>home", "text/html; charset=utf-8")
			ask(t, url+"/large.bin", "Range: bytes=3-5").expect(t, 206, "345", "application/octet-stream")
			ask(t, url+"/a%20b%2520c+d%3F.txt", "If-Modified-Since: "+odd.header.Get("Last-Modified")).expect(t, 304, "", "")
			ask(t, url+"/nothing").expect(t, 404, "404 Not Found\nThere is nothing here.\n", "text/plain; charset=utf-8")
			ask(t, url+"/internal/index.html").expect(t, 404, "", "")
		})
	}
}

// asked is a whole answer.
type asked struct {
	status int
	header http.Header
	body   string
}

func ask(t *testing.T, url string, fields ...string) asked {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "identity")
	for _, f := range fields {
		name, value, _ := strings.Cut(f, ": ")
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Errorf("%s: %v", url, err)
	}
	return asked{resp.StatusCode, resp.Header, string(body)}
}

// expect compares; an empty mimeType is any, and of a 404 the body does not count
// where none is given, since it may be the server's.
func (a asked) expect(t *testing.T, status int, body, mimeType string) {
	t.Helper()
	if a.status != status || a.body != body && !(status == http.StatusNotFound && body == "") {
		t.Errorf("got %d, %.100q (%d bytes), want %d, %.100q (%d bytes)", a.status, a.body, len(a.body), status, body, len(body))
	}
	if got := a.header.Get("Content-Type"); mimeType != "" && got != mimeType {
		t.Errorf("Content-Type: got %q, want %q", got, mimeType)
	}
	for _, name := range []string{"X-Accel-Redirect", "X-Sendfile", "X-Lighttpd-Send-File"} {
		if v := a.header.Get(name); v != "" {
			t.Errorf("the client sees %s: %s", name, v)
		}
	}
}

// TestListInBrowser looks at a folder's page as a person does.
func TestListInBrowser(t *testing.T) {
	t.Parallel()
	b := browsertest.Start(t)
	folder := library(t)
	h := static.Handler(static.Config{Dir: folder, List: true, Index: []string{}})
	var n servertest.Nginx
	n.FastCGI("/app", serveAt(t, "fastcgi", h))
	url := n.Start(t).URL + "/app/sub/"
	p := b.Page()
	checkLooks(t, p, url)
	for _, tt := range []struct{ what, expression, want string }{
		{"title", `document.title`, "/app/sub/"},
		{"names", `[...document.querySelectorAll("td.name span")].map(e => e.textContent).join("|")`, "Folder above|<b>.txt|a rather long"},
		{"icons", `[...document.querySelectorAll("td svg")].every(e => e.getBoundingClientRect().width === 20)`, "true"},
		{"style", `getComputedStyle(document.querySelector("main")).maxWidth !== "none"`, "true"},
	} {
		expect(t, p, tt.what, tt.expression, tt.want)
	}
	for _, step := range []struct{ link, path string }{
		{`th.size a`, "/app/sub/?sort=size"},
		{`th.size a`, "/app/sub/?sort=-size"},
		{`.up a`, "/app/"},
	} {
		p.Open(p.Eval(fmt.Sprintf(`document.querySelector(%q).href`, step.link)))
		expect(t, p, step.link, `location.pathname + location.search`, step.path)
	}
	p.Open(url + "notes.txt")
	expect(t, p, "a compressed file", `document.body.textContent === "All is well.\n".repeat(200)`, "true")
	expect(t, p, "its size", `(e => e.encodedBodySize > 0 && e.encodedBodySize < 200)(performance.getEntriesByType("navigation")[0])`, "true")
	if got := p.Complaints(); len(got) > 0 {
		t.Errorf("the browser complains: %q", got)
	}
}
