//go:build linux

package servertest

import "fmt"

// Internal makes the files of a folder the contents of a location that only an
// X-Accel-Redirect leads to.
func (n *Nginx) Internal(location, folder string) {
	n.Location(location+"/", fmt.Sprintf("      internal;\n      alias %s/;\n", folder))
}

// FastCGISendfile hands what is below mount to a socket, and sends the files of a
// folder that it names in X-Sendfile or X-LIGHTTPD-send-file.
func (l *Lighttpd) FastCGISendfile(mount, socket, folder string) {
	l.fastcgi(mount, fmt.Sprintf(`"socket" => "%s", "x-sendfile" => "enable", "x-sendfile-docroot" => ( "%s" )`, socket, folder))
}

// Sendfile sends the files of a folder that an answer names in X-Sendfile.
func (a *Apache) Sendfile(folder string) {
	a.use(fmt.Sprintf("XSendFile On\nXSendFilePath %s\n", folder), "xsendfile")
}
