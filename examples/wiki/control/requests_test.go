package control_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/examples/wiki/control"
)

// What a proxy says counts if there is said to be one.
func TestProxies(t *testing.T) {
	for proxies, want := range map[int]string{0: "<id>http://wiki.example/", 1: "<id>https://wiki.example/"} {
		p := visitor(t, siteWith(t, false, newEngines(t), func(cfg *control.Config) { cfg.Proxies = proxies }))
		r, err := http.NewRequest(http.MethodGet, p.address+"/feed.atom", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = "wiki.example"
		r.Header.Set("X-Forwarded-Proto", "https")
		p.do(r, 200).has(want)
	}
}

func TestForgery(t *testing.T) {
	address := site(t, true)
	alice := member(t, address, "alice")
	r, err := http.NewRequest(http.MethodPost, address+"/pages/X", strings.NewReader("base=0&text=x"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://evil.example")
	alice.do(r, 403)
	alice.get("/pages/X", 404)
}

// A minute's edits are used up at last: some come back while they are used.
func TestTooManyEdits(t *testing.T) {
	alice := member(t, site(t, true), "alice")
	for range 1000 {
		resp, err := alice.client.Get(alice.address + "/pages/P/edit")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusTooManyRequests {
			return
		}
	}
	t.Error("1000 edits at once")
}
