package control_test

import (
	"strings"
	"testing"
)

func TestAttachments(t *testing.T) {
	alice := member(t, site(t, true), "alice")
	png := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
	alice.attach("/pages/Gangplank/files", 200, "plan 1.png", png).has("is attached", "/pages/Gangplank/files/plan%201.png")
	if got := alice.get("/pages/Gangplank/files/plan%201.png", 200); got.body != string(png) || got.header.Get("Content-Type") != "image/png" {
		t.Errorf("got %q as %s", got.body, got.header.Get("Content-Type"))
	}
	alice.post("/pages/Show", 200, "base", "0", "text", "x").has("Saved.")
	for _, file := range []struct{ name, content string }{
		{"page.html", "<script>alert(1)</script>"}, {"fake.png", "<html><script>alert(1)</script>"}, {"image.svg", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"},
	} {
		alice.attach("/pages/Show/files", 200, file.name, []byte(file.content))
		got := alice.get("/pages/Show/files/"+file.name, 200)
		if kind := got.header.Get("Content-Type"); kind != "application/octet-stream" || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") ||
			!strings.Contains(got.header.Get("Content-Security-Policy"), "sandbox") || got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", file.name, got.header)
		}
	}
	alice.attach("/pages/Show/files", 200, "../../../etc/passwd", []byte("x")).has("passwd").hasNot("..")
	alice.attach("/pages/Show/files", 413, "big", make([]byte, 11<<20))
	alice.attach("/pages/Nowhere/files", 404, "x", []byte("x"))
	alice.post("/pages/Show/files/page.html/remove", 200).has("page.html is gone.")
	alice.get("/pages/Show/files/page.html", 404)
}
