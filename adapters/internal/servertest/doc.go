// Package servertest starts real web servers for tests: nginx, Apache httpd
// and lighttpd, each with a generated configuration in a temporary folder and
// on a free loopback port, and stops them when the test ends.
//
//	var n servertest.Nginx
//	n.FastCGI("/app", socket)
//	server := n.Start(t)
//	http.Get(server.URL + "/app/hello")
//
// A method of a server adds one gateway: the part of its configuration that
// hands the requests below a mount point ("/" or "/app") to a program or to a
// socket. What such a server can speak besides is one more file with one more
// method.
//
// A missing server skips the test on a developer's machine, with the reason,
// and fails it where CI=true. install.sh installs what is needed on Debian and
// Ubuntu.
package servertest
