//go:build unix

package adapters_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/adaptertest"
)

// One process answers by every protocol at once, and stops as one.
func TestEveryProtocol(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	type dialer = func(context.Context) (net.Conn, error)
	protocols := []struct {
		address string // of a socket file, or of any port
		says    string
		client  func(dial dialer) http.RoundTripper
	}{
		{"http://127.0.0.1:0", "HTTP", func(d dialer) http.RoundTripper { return &adaptertest.Transport{Dial: d} }},
		{"fastcgi+unix:" + filepath.Join(dir, "f"), "FastCGI/1.0", func(d dialer) http.RoundTripper { return &adaptertest.FastCGI{Dial: d} }},
		{"scgi://127.0.0.1:0", "SCGI/1", func(d dialer) http.RoundTripper { return &adaptertest.SCGI{Dial: d} }},
		{"scgi+unix:" + filepath.Join(dir, "s"), "SCGI/1", func(d dialer) http.RoundTripper { return &adaptertest.SCGI{Dial: d} }},
		{"uwsgi://127.0.0.1:0", "uwsgi/1", func(d dialer) http.RoundTripper { return &adaptertest.Uwsgi{Dial: d} }},
		{"uwsgi+unix:" + filepath.Join(dir, "u"), "uwsgi/1", func(d dialer) http.RoundTripper { return &adaptertest.Uwsgi{Dial: d} }},
		{"ajp://127.0.0.1:0?secret=open-sesame", "AJP/1.3", func(d dialer) http.RoundTripper { return &adaptertest.AJP{Dial: d, Secret: "open-sesame"} }},
	}
	var addresses []string
	for _, p := range protocols {
		addresses = append(addresses, p.address)
	}
	c := start(t, "main", []string{"ADAPTERS_TEST_ADDRS=" + strings.Join(addresses, " ")}, nil)
	for _, p := range protocols {
		addr := c.listening()
		client := p.client(func(ctx context.Context) (net.Conn, error) {
			network := "tcp"
			if filepath.IsAbs(addr) {
				network = "unix"
			}
			return new(net.Dialer).DialContext(ctx, network, addr)
		})
		if got, want := post(t, client, "four"), p.says+" POST /hello 4 <nil>"; got != want {
			t.Errorf("%s: got %q, want %q", p.address, got, want)
		}
	}
	c.stop(filepath.Join(dir, "f"))
}

func post(t *testing.T, client http.RoundTripper, body string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "POST", "http://localhost/hello", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.RoundTrip(r)
	if err != nil {
		return fmt.Sprint(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Error(err)
	}
	return string(b)
}
