//go:build linux

package gatewaytest_test

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/gangplank-web/gangplank/adapters/internal/browsertest"
	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

// decoded is the body of an answer without its coding.
func (a answer) decoded() (string, error) {
	var plain io.Reader = strings.NewReader(a.body)
	var err error
	switch a.Header.Get("Content-Encoding") {
	case "gzip":
		plain, err = gzip.NewReader(plain)
	case "zstd":
		plain, err = zstd.NewReader(plain)
	}
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(plain)
	return string(b), err
}

// What is compressed arrives so, and can be asked for again.
func testCompression(t *testing.T, s *site) {
	plain := s.get(t, "/page")
	if plain.Header.Get("Content-Encoding") != "" || !strings.Contains(plain.Header.Get("Vary"), "Accept-Encoding") {
		t.Errorf("not accepted: got %v", plain.Header)
	}
	for _, coding := range []string{"gzip", "zstd", "br"} {
		a := s.get(t, "/page", withHeader("Accept-Encoding", coding))
		tag := a.Header.Get("ETag")
		if got := a.Header.Get("Content-Encoding"); got != coding || !strings.HasSuffix(tag, "-"+coding+`"`) || len(a.body) > len(plain.body)/2 {
			t.Errorf("%s: got coding %q, ETag %s, %d bytes of %d", coding, got, tag, len(a.body), len(plain.body))
		}
		if got, err := a.decoded(); coding != "br" && (got != plain.body || err != nil) {
			t.Errorf("%s: got %d bytes of %d, %v", coding, len(got), len(plain.body), err)
		}
		again := s.get(t, "/page", withHeader("Accept-Encoding", coding), withHeader("If-None-Match", tag))
		if again.StatusCode != http.StatusNotModified || again.Header.Get("ETag") != tag {
			t.Errorf("%s: asked again with %s: got %s, ETag %s", coding, tag, again.Status, again.Header.Get("ETag"))
		}
		head := s.do(t, http.MethodHead, "/page", nil, withHeader("Accept-Encoding", coding))
		if head.Header.Get("Content-Encoding") != coding || head.Header.Get("ETag") != tag {
			t.Errorf("%s: HEAD: got %v", coding, head.Header)
		}
	}
}

// directly starts the probe without a server in front.
func directly(t *testing.T) string {
	t.Helper()
	if probe == "" {
		t.Skip("the examples are not here")
	}
	socket := servertest.Socket(t)
	start(t, exec.Command(probe, "http+unix:"+socket+"?mode=0666"))
	listens(t, "unix", socket)
	return socket
}

// compressing is an nginx that compresses by itself whatever is not yet.
func compressing(t *testing.T, pass string) string {
	t.Helper()
	var n servertest.Nginx
	n.Location("/", "      gzip on;\n      gzip_proxied any;\n      gzip_min_length 1;\n      gzip_types text/plain;\n"+pass)
	return n.Start(t).URL
}

// deflating is an Apache that does, as Debian's does from the start.
func deflating(t *testing.T, pass func(a *servertest.Apache)) string {
	t.Helper()
	var a servertest.Apache
	a.Config("AddOutputFilterByType DEFLATE text/html text/plain\n", "filter", "deflate")
	pass(&a)
	return a.Start(t).URL
}

// fronts are ways from a client to the probe, for clients that take an address.
var fronts = []struct {
	name  string
	start func(t *testing.T) string
}{
	{"http", func(t *testing.T) string {
		if probe == "" {
			t.Skip("the examples are not here")
		}
		return startOnPort(t, exec.Command(probe, "http+fd://3"))
	}},
	{"nginx-http", ahead("nginx-http")},
	{"nginx-fastcgi", ahead("nginx-fastcgi")},
	{"lighttpd-cgi", ahead("lighttpd-cgi")},
	{"nginx-http-gzip", func(t *testing.T) string {
		return compressing(t, "      proxy_http_version 1.1;\n      proxy_pass http://unix:"+directly(t)+":;\n")
	}},
	{"nginx-fastcgi-gzip", func(t *testing.T) string {
		socket := servertest.Socket(t)
		start(t, exec.Command(probe, "fastcgi+unix:"+socket+"?mode=0666"))
		listens(t, "unix", socket)
		return compressing(t, "      include /etc/nginx/fastcgi_params;\n      fastcgi_param SCRIPT_NAME \"\";\n      fastcgi_param PATH_INFO $fastcgi_script_name;\n      fastcgi_pass unix:"+socket+";\n")
	}},
	{"apache-http-gzip", func(t *testing.T) string {
		return deflating(t, func(a *servertest.Apache) { a.HTTP("/", directly(t)) })
	}},
	{"apache-cgi-gzip", func(t *testing.T) string {
		if probe == "" {
			t.Skip("the examples are not here")
		}
		return deflating(t, func(a *servertest.Apache) { a.CGI("/app", probe) }) + "/app"
	}},
}

func ahead(gateway string) func(t *testing.T) string {
	return func(t *testing.T) string {
		g := gatewayOf(t, gateway)
		return newSite(t, g, mountsOf(g)[0]).url("")
	}
}

// curl decodes what it was built to, in whatever way it came.
func TestCompressionInCurl(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("curl is not here")
	}
	version, err := exec.Command(curl, "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	if probe == "" {
		t.Skip("the examples are not here")
	}
	knows := map[string]bool{"identity": true, "gzip": strings.Contains(string(version), "libz"), "br": strings.Contains(string(version), "brotli"), "zstd": strings.Contains(string(version), "zstd")}
	for _, front := range fronts {
		t.Run(front.name, func(t *testing.T) {
			t.Parallel()
			url := front.start(t)
			plain := get(t, curl, url+"/page", "identity")
			if len(plain.body) < 20_000 || plain.coding != "" {
				t.Fatalf("plain: got %d bytes, coding %q", len(plain.body), plain.coding)
			}
			for _, coding := range []string{"gzip", "br", "zstd"} {
				if !knows[coding] {
					t.Logf("this curl knows no %s", coding)
					continue
				}
				for _, query := range []string{"", "?padded=1"} {
					got := get(t, curl, url+"/page"+query, coding)
					if got.coding != coding || got.body != plain.body {
						t.Errorf("%s%s: got coding %q, %d bytes of %d", coding, query, got.coding, len(got.body), len(plain.body))
					}
				}
			}
			want := "" // what the probe leaves alone, nginx compresses where it is told to
			if strings.HasSuffix(front.name, "-gzip") {
				want = "gzip"
			}
			got := get(t, curl, url+"/page?coding=none", "gzip")
			if got.coding != want || got.body != plain.body {
				t.Errorf("left to the front server: got coding %q, want %q, %d bytes", got.coding, want, len(got.body))
			}
			testAgain(t, url+"/page?coding=none")
			testAgain(t, url+"/page")
		})
	}
}

// testAgain asks a second time, with the tag of the first: whoever compressed may have changed it.
func testAgain(t *testing.T, url string) {
	t.Helper()
	first := ask(t, url, "Accept-Encoding: gzip")
	tag := first.header.Get("ETag")
	again := ask(t, url, "Accept-Encoding: gzip", "If-None-Match: "+tag)
	known := again.header.Get("ETag")
	if first.status != http.StatusOK || tag == "" || again.status != http.StatusNotModified || strings.TrimPrefix(known, "W/") != strings.TrimPrefix(tag, "W/") {
		t.Errorf("%s: got %d, ETag %s, and again %d, ETag %s", url, first.status, tag, again.status, known)
	}
}

type fetched struct{ coding, body string }

func get(t *testing.T, curl, url, accept string) fetched {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), curl, "--silent", "--show-error", "--fail", "--noproxy", "*", "--compressed",
		"--header", "Accept-Encoding: "+accept, "--write-out", "\n%header{content-encoding}", url)
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("%w: %s", err, exit.Stderr)
		}
		t.Fatalf("curl %s: %v", url, err)
	}
	end := strings.LastIndexByte(string(out), '\n')
	return fetched{string(out[end+1:]), string(out[:end])}
}

// A browser shows the page, whatever the coding.
func TestCompressionInBrowser(t *testing.T) {
	t.Parallel()
	if probe == "" {
		t.Skip("the examples are not here")
	}
	b := browsertest.Start(t)
	for _, front := range fronts {
		t.Run(front.name, func(t *testing.T) {
			url := front.start(t)
			p := b.Page()
			p.Open(url + "/page?coding=none")
			want := p.HTML()
			for _, query := range []string{"", "?coding=gzip", "?coding=br", "?coding=zstd", "?coding=gzip&padded=1", "?coding=br&padded=1", "?coding=zstd&padded=1"} {
				for _, visit := range []string{"first", "second"} {
					p.Open(url + "/page" + query)
					if got := p.HTML(); got != want {
						t.Errorf("%s, %s visit: got %d characters of %d: %.200s", query, visit, len(got), len(want), got)
					}
				}
				smaller := p.Eval(`(e => e.encodedBodySize > 0 && e.encodedBodySize < e.decodedBodySize / 2)(performance.getEntriesByType("navigation")[0])`)
				if smaller != "true" {
					t.Errorf("%s: it was not sent compressed: %s", query, p.Eval(`JSON.stringify(performance.getEntriesByType("navigation")[0])`))
				}
			}
			if got := p.Complaints(); len(got) > 0 {
				t.Errorf("the browser complains: %q", got)
			}
		})
	}
}
