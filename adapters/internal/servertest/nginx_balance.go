//go:build linux

package servertest

import "fmt"

// FastCGIBalanced hands each request below mount to the next of several sockets.
func (n *Nginx) FastCGIBalanced(mount string, sockets ...string) {
	n.http.WriteString("  upstream balanced {\n")
	for _, socket := range sockets {
		fmt.Fprintf(&n.http, "    server unix:%s;\n", socket)
	}
	n.http.WriteString("  }\n")
	n.Location(mount, nginxSplit(mount)+"      fastcgi_pass balanced;\n")
}
