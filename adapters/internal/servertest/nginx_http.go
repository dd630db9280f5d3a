//go:build linux

package servertest

import "fmt"

// HTTP proxies what is below mount to a socket that speaks HTTP, over kept
// connections, with WebSockets.
func (n *Nginx) HTTP(mount, socket string) {
	n.Location(mount, fmt.Sprintf(`      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $upgrade;
      proxy_buffering off;
      proxy_request_buffering off;
      proxy_pass http://%s;
`, n.upstream(socket)))
}
