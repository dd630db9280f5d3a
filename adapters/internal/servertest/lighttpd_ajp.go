//go:build linux

package servertest

import "fmt"

// AJP hands what is below mount to a socket that speaks AJP, without a secret:
// lighttpd 1.4.69 looks for it before mod_setenv has set it. With a key other
// than "" it would pass on no more of the path than that.
func (l *Lighttpd) AJP(mount, socket string) {
	fmt.Fprintf(&l.config, `server.modules += ( "mod_ajp13" )
$HTTP["url"] =~ "^%s" { ajp13.server = ( "" => (( "socket" => "%s" )) ) }
`, prefix(mount), socket)
}
