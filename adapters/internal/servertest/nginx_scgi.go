//go:build linux

package servertest

import "fmt"

// SCGI hands what is below mount to a socket. nginx has no split of the path for
// SCGI: the groups of the location's expression do it.
func (n *Nginx) SCGI(mount, socket string) {
	n.Location(nginxGroups(mount), fmt.Sprintf(`      include /etc/nginx/scgi_params;
      scgi_param SCRIPT_NAME $mount;
      scgi_param PATH_INFO $below;
      scgi_param HTTP_PROXY "";
      scgi_pass unix:%s;
`, socket))
}

// SCGILive streams both ways. Before 1.29.6 nginx says a wrong length then.
func (n *Nginx) SCGILive(mount, socket string) {
	n.server.WriteString("    scgi_buffering off;\n    scgi_request_buffering off;\n")
	n.SCGI(mount, socket)
}

// Uwsgi uses Debian's uwsgi_params and nothing else: PATH_INFO is the whole path,
// and there is no SCRIPT_NAME.
func (n *Nginx) Uwsgi(mount, socket string) {
	n.Location(mount, fmt.Sprintf("      include /etc/nginx/uwsgi_params;\n      uwsgi_pass unix:%s;\n", socket))
}

// UwsgiLive streams both ways, and says where the program is mounted.
func (n *Nginx) UwsgiLive(mount, socket string) {
	n.Location(nginxGroups(mount), fmt.Sprintf(`      include /etc/nginx/uwsgi_params;
      uwsgi_param SCRIPT_NAME $mount;
      uwsgi_param HTTP_PROXY "";
      uwsgi_buffering off;
      uwsgi_request_buffering off;
      uwsgi_pass unix:%s;
`, socket))
}

// nginxGroups is a location that sets $mount and $below.
func nginxGroups(mount string) string {
	return fmt.Sprintf("~ ^(?<mount>%s)(?<below>.*)$", prefix(mount))
}
