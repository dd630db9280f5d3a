//go:build linux

package gatewaytest_test

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

// A proxy on the same machine that connects by TCP has a peer and, if its
// configuration says no more than where to, a Host that look like a developer's.
func TestDevelopmentPageBehindProxy(t *testing.T) {
	t.Parallel()
	program := developing(t)
	usual := "proxy_set_header Host $http_host; proxy_set_header X-Real-IP $remote_addr; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"
	for _, tt := range []struct {
		desc, directives string
		refused          string
		otherUser        bool // what tells is that nginx's worker is another user
	}{
		{desc: "nothing but proxy_pass", refused: "proxy: HTTP/1.0"},
		{desc: "the client's Host", directives: "proxy_set_header Host $http_host;", refused: "proxy: HTTP/1.0"},
		{desc: "the usual fields", directives: usual, refused: "field X-"},
		{desc: "HTTP/1.1", directives: "proxy_http_version 1.1;", refused: "proxy: Connection: close"},
		{desc: "HTTP/1.1 and the usual fields", directives: "proxy_http_version 1.1;" + usual, refused: "field X-"},
		// What nginx does by itself since 1.29.7.
		{desc: "HTTP/1.1, kept", directives: `proxy_http_version 1.1; proxy_set_header Connection "";`, refused: "another user", otherUser: true},
		{desc: "HTTP/1.1, kept, the usual fields", directives: `proxy_http_version 1.1; proxy_set_header Connection "";` + usual, refused: "field X-"},
	} {
		t.Run(tt.desc, func(t *testing.T) {
			t.Parallel()
			if tt.otherUser && os.Geteuid() != 0 {
				t.Skip("nginx runs as the user of this test, and nothing tells it from another client of his")
			}
			upstream, p := startWithPort(t, exec.Command(program, "http+fd://3"))
			var n servertest.Nginx
			n.Location("/", tt.directives+" proxy_pass "+upstream+";")
			resp, err := http.Get(n.Start(t).URL + "/error/wrapped")
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != 500 || strings.Contains(string(body), "no route to host") {
				t.Errorf("got %s, %v, %s", resp.Status, err, body)
			}
			until(t, "the log does not say "+tt.refused, func() bool { return strings.Contains(p.stderr.String(), tt.refused) })
		})
	}
}
