package fastcgi

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

func hello(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "Hello World") }

func TestHello(t *testing.T) {
	t.Parallel()
	c := start(t, hello)
	for range 3 {
		a := c.do(get("/hello"))
		if a.status != 200 || a.body != "Hello World" {
			t.Errorf("got %+v", a)
		}
		if got := a.header.Get("Content-Length"); got != "11" {
			t.Errorf("Content-Length is %q", got)
		}
		if got := a.header.Get("Content-Type"); got != "text/plain; charset=utf-8" {
			t.Errorf("Content-Type is %q", got)
		}
	}
}

func TestBody(t *testing.T) {
	t.Parallel()
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(w, r.Body)
		if err != nil || r.ContentLength >= 0 && n != r.ContentLength {
			t.Errorf("read %d of %d bytes, %v", n, r.ContentLength, err)
		}
	})
	for _, n := range []int{0, 1, 8191, 65535, 65536, 1 << 20} {
		body := strings.Repeat("0123456789abcdef", n/16+1)[:n]
		go c.Write(post(body))
		if a := c.must(1); a.body != body {
			t.Errorf("%d bytes came back as %d", n, len(a.body))
		}
	}
}
