//go:build linux

package servertest

import "fmt"

// Authorizer lets a FastCGI authorizer decide about the files of htdocs that are
// below mount.
func (l *Lighttpd) Authorizer(mount, socket string) {
	l.fastcgi(mount, fmt.Sprintf(`"socket" => "%s", "mode" => "authorizer", "docroot" => "@DIR@/htdocs"`, socket))
}

// AuthRequest asks /auth, which a socket that speaks FastCGI or HTTP answers,
// about the files of htdocs that are below mount; whom it names is told to the
// client as X-User.
func (n *Nginx) AuthRequest(mount, scheme, socket string) {
	n.Location(mount, `      auth_request /auth;
      auth_request_set $user $upstream_http_x_auth_user;
      add_header X-User $user;
`)
	pass := fmt.Sprintf("      include /etc/nginx/fastcgi_params;\n      fastcgi_pass_request_body off;\n      fastcgi_pass unix:%s;\n", socket)
	if scheme == "http" {
		pass = fmt.Sprintf("      proxy_pass_request_body off;\n      proxy_set_header Content-Length \"\";\n      proxy_pass http://unix:%s;\n", socket)
	}
	n.Location("= /auth", "      internal;\n"+pass)
}
