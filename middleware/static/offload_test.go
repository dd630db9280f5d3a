package static_test

import (
	"testing"

	"github.com/gangplank-web/gangplank/middleware/static"
)

func TestOffload(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"a b%.txt": "a", "index.html": "home", "sub/x.js": text, "sub/x.js.gz": "x"})
	for _, tt := range []struct {
		offload       static.Offload
		target, field string
		value         string
	}{
		{static.XAccelRedirect("/files/"), "/a%20b%25.txt", "X-Accel-Redirect", "/files/a%20b%25.txt"},
		{static.XAccelRedirect("/"), "/sub/x.js", "X-Accel-Redirect", "/sub/x.js"},
		{static.XSendfile("/srv/my files"), "/", "X-Sendfile", "/srv/my files/index.html"},
		{static.XSendfile("/srv"), "/a%20b%25.txt", "X-Sendfile", "/srv/a b%.txt"},
		{static.XLighttpdSendFile("/srv"), "/a%20b%25.txt", "X-LIGHTTPD-send-file", "/srv/a%20b%25.txt"},
		{static.LocalRedirect("/files"), "/a%20b%25.txt", "Location", "/files/a%20b%25.txt"},
		{static.XLighttpdSendFile("/srv"), "/sub/x.js", "X-LIGHTTPD-send-file", "/srv/sub/x.js"},
	} {
		h := site(t, static.Config{Dir: dir, Offload: tt.offload})
		// What the client says about it counts for nothing, and conditions and ranges are the front server's.
		check(t, get(h, tt.target, browser, "Range: bytes=0-0", "If-None-Match: *", "X-Sendfile-Type: X-Sendfile", "X-Accel-Mapping: /=/etc/"),
			200, "", tt.field+": "+tt.value, "Etag:", "Content-Encoding:", "Content-Range:", "Cache-Control: no-cache")
		check(t, get(h, "/nothing"), 418, "next: GET /nothing", tt.field+":")
		check(t, get(h, "/sub/"), 418, "next: GET /sub/", tt.field+":")
	}
	off := site(t, static.Config{Dir: dir})
	check(t, get(off, "/index.html", "X-Sendfile-Type: X-Accel-Redirect", "X-Accel-Mapping: /=/etc/"), 200, "home", "X-Accel-Redirect:", "X-Sendfile:")
}

func TestOffloadFingerprint(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"a.js": "a"})
	h := static.New(static.Config{Dir: dir, Prefix: "/assets", Offload: static.XAccelRedirect("/files")})(links)
	url := get(h, "/?f=a.js").Body.String()
	if url != "/assets/a.ca978112ca1bbdca.js" {
		t.Errorf("got %q", url)
	}
	check(t, get(h, url), 200, "", "X-Accel-Redirect: /files/a.js", "Cache-Control: max-age=31536000, immutable", "Content-Type: text/javascript; charset=utf-8")
}
