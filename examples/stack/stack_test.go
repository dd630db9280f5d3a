package main

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// TestSwap replaces one part at a time: the same requests have the same answers.
func TestSwap(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	t.Run("defaults", func(t *testing.T) { use(t, defaults(), "gzip") })
	for name, router := range routers {
		t.Run("router "+name, func(t *testing.T) { p := defaults(); p.Router = router; use(t, p, "gzip") })
	}
	for name, store := range stores {
		t.Run("sessions "+name, func(t *testing.T) { p := defaults(); p.Sessions = store; use(t, p, "gzip") })
	}
	for name, compress := range compressors {
		t.Run("compress "+name, func(t *testing.T) {
			p := defaults()
			p.Compress = compress
			use(t, p, map[string]string{"gangplank": "gzip", "gzhttp": "gzip"}[name])
		})
	}
	for name, renderer := range renderers {
		t.Run("renderer "+name, func(t *testing.T) { p := defaults(); p.Renderer = renderer; use(t, p, "gzip") })
	}
	for name, method := range methods {
		t.Run("auth "+name, func(t *testing.T) { p := defaults(); p.Auth = method; use(t, p, "gzip") })
	}
}

// visitor is somebody who uses the site.
type visitor struct {
	t        *testing.T
	at       string
	encoding string // that pages should have
	client   *http.Client
}

func use(t *testing.T, p Parts, encoding string) {
	h, err := p.Handler()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := visitor{t, server.URL, encoding, &http.Client{Jar: jar, Transport: &http.Transport{DisableCompression: true}}}
	t.Cleanup(v.client.CloseIdleConnections)

	v.get("/", 200, "Nobody is logged in.", "Visit 1.")
	v.get("/", 200, "Visit 2.")
	v.send("GET", "/notes/1", "", 404, "There is no such note.")
	v.send("GET", "/elsewhere", "", 404)
	v.send("PUT", "/notes", password, 405)
	if got := v.send("POST", "/notes", "", 401).Get("WWW-Authenticate"); !strings.HasPrefix(got, `Basic realm="stack"`) {
		t.Errorf("challenge %q", got)
	}
	v.send("POST", "/notes", "guessed", 401)
	v.send("POST", "/notes", password, 422, "A note has")
	v.send("POST", "/notes?", password+"\x00<b>tea & rum</b>", 200, "Logged in as guest.", `<p role="status">Noted.</p>`, `<a href="/notes/1">&lt;b&gt;tea &amp; rum&lt;/b&gt;</a>`)
	v.get("/notes/1", 200, "<title>Note 1</title>", `<p title="&lt;b&gt;tea &amp; rum&lt;/b&gt;">&lt;b&gt;tea &amp; rum&lt;/b&gt;</p>`)
	v.get("/", 200, "Visit 4.", "tea &amp; rum")
}

// get gets a page, which is compressed if pages are.
func (v visitor) get(path string, status int, parts ...string) {
	v.t.Helper()
	if got := v.send("GET", path, "", status, parts...).Get("Content-Encoding"); got != v.encoding {
		v.t.Errorf("%s: Content-Encoding %q, want %q", path, got, v.encoding)
	}
}

// send sends a request, with the guest's password and, after a NUL, a note.
func (v visitor) send(method, path, secret string, status int, parts ...string) http.Header {
	v.t.Helper()
	given, text, _ := strings.Cut(secret, "\x00")
	r, err := http.NewRequest(method, v.at+path, strings.NewReader(url.Values{"text": {text}}.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept-Encoding", "gzip")
	if given != "" {
		r.SetBasicAuth(guest, given)
	}
	resp, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	body := v.read(resp)
	if resp.StatusCode != status {
		v.t.Errorf("%s %s: got %s, want %d\n%s", method, path, resp.Status, status, body)
	}
	for _, part := range parts {
		if !strings.Contains(body, part) {
			v.t.Errorf("%s %s: no %q in\n%s", method, path, part, body)
		}
	}
	return resp.Header
}

func (v visitor) read(resp *http.Response) string {
	v.t.Helper()
	from := io.Reader(resp.Body)
	if resp.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(resp.Body)
		if err != nil {
			v.t.Fatal(err)
		}
		from = z
	}
	b, err := io.ReadAll(from)
	if err != nil {
		v.t.Fatal(err)
	}
	return string(b)
}
