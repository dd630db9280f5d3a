//go:build linux

package servertest

import "fmt"

// FastCGI hands what is below mount to a socket as nginx does by default:
// bodies and answers are buffered, and each request has its own connection.
func (n *Nginx) FastCGI(mount, socket string) {
	n.Location(mount, nginxSplit(mount)+fmt.Sprintf("      fastcgi_pass unix:%s;\n", socket))
}

// FastCGILive streams both ways, over connections that are kept.
func (n *Nginx) FastCGILive(mount, socket string) {
	n.Location(mount, nginxSplit(mount)+fmt.Sprintf(`      fastcgi_keep_conn on;
      fastcgi_buffering off;
      fastcgi_request_buffering off;
      fastcgi_pass %s;
`, n.upstream(socket)))
}

// FastCGIStock uses Debian's fastcgi.conf and nothing else: the whole path is
// SCRIPT_NAME, the Host has no port, an unchecked Basic user is REMOTE_USER.
func (n *Nginx) FastCGIStock(mount, socket string) {
	n.Location(mount, fmt.Sprintf("      include /etc/nginx/fastcgi.conf;\n      fastcgi_pass unix:%s;\n", socket))
}

// nginxSplit is the usual set of parameters, and what TLS there is, of which
// nginx's file has nothing but HTTPS. $fastcgi_script_name and $fastcgi_path_info
// are what the expression's two groups hold.
func nginxSplit(mount string) string {
	return fmt.Sprintf(`      include /etc/nginx/fastcgi_params;
      fastcgi_split_path_info ^(%s)(/?.*)$;
      fastcgi_param SCRIPT_NAME $fastcgi_script_name;
      fastcgi_param PATH_INFO $fastcgi_path_info;
      fastcgi_param HTTP_PROXY "";
      fastcgi_param SSL_PROTOCOL $ssl_protocol if_not_empty;
      fastcgi_param SSL_CIPHER $ssl_cipher if_not_empty;
      fastcgi_param SSL_TLS_SNI $ssl_server_name if_not_empty;
`, prefix(mount))
}
