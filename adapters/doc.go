// Package adapters puts an http.Handler behind whatever web server the program is started by.
//
//	func main() {
//		log.Fatal(adapters.Main(handler))
//	}
//
// # How Main finds out what it was started as
//
// The first of these that holds decides:
//
//  1. CGI, if [IsCGI] says so. Every address is then ignored, with one line in the log: a web server passes a query
//     without "=" as command-line arguments, and whoever asks for /app?http://0.0.0.0:9999 must not open a port.
//     For the same reason a program parses its own flags only when IsCGI is false.
//  2. The addresses that are the arguments of Main. Main never reads os.Args.
//  3. The environment variable GANGPLANK_LISTEN: addresses separated by white space.
//  4. LISTEN_FDS and LISTEN_PID, the sockets that systemd passes. A socket with FileDescriptorName=fastcgi (or another gateway's
//     scheme) speaks that protocol, others speak HTTP.
//  5. A listening socket as standard input: FastCGI, as mod_fcgid, lighttpd and spawn-fcgi start it. FCGI_WEB_SERVER_ADDRS, if set,
//     lists the peers that may connect.
//  6. Else http://127.0.0.1:8080.
//
// # Addresses
//
// An address is scheme[+network]:target[?options]:
//
//	http://127.0.0.1:8080                                 networks tcp (the default), tcp4, tcp6
//	https://:443?cert=/etc/app/cert.pem&key=/etc/app/key.pem
//	fastcgi+unix:/run/app.sock?mode=0660&group=www-data   a socket file; 0660 is the default mode
//	ajp://127.0.0.1:8009?secret-file=/etc/app/secret      see below for secrets
//	fastcgi+unix:@app                                     an abstract socket (Linux)
//	fastcgi+fd://3                                        an inherited listening socket
//	scgi://127.0.0.1:4000                                 likewise uwsgi
//	http+systemd://web                                    systemd's sockets with FileDescriptorName=web
//	http+systemd:                                         all of systemd's that no other address names
//
// Percent-encoding works everywhere: %3F is a question mark in a path, %20 a space in GANGPLANK_LISTEN. A plus sign is a plus sign.
//
// A socket file on which nobody answers is replaced, one on which somebody does is an error, and a file of another kind is never
// touched.
//
// Whoever connects to a gateway (all schemes but http and https) is believed what it says about the client. So a gateway on a TCP
// address that is not loopback needs allow=10.0.0.0/8,::1, the peers that may connect, or dangerously-allow-any-peer=1. A socket file's
// mode says who may connect to it; an abstract socket has none, and is open to each user of the machine, as a loopback port is.
//
// All addresses are checked before one of them is bound; what is wrong with any of them comes as one error. Only whom an
// inherited socket lets in is looked at when it is taken.
//
// # Options
//
// Those of every listener, and of every socket file:
//
//	grace=30s               the time that running requests get when the program is stopped
//	mode=0660               permissions of the file, owner=app and group=www-data
//
// The others are fields of the protocol's Server, whose documentation has their defaults. Durations are written 30s or 5m,
// sizes 65536, 64k or 10m; each of both, and each number, may be "none", which is no limit, except for packet-size.
//
//	mount=/app              Mount, the path below which the application lives
//	read-header-timeout=    ReadHeaderTimeout
//	read-timeout=           ReadTimeout: of a whole request for http and https, of one pause in its body for a gateway
//	write-timeout=          WriteTimeout: of a whole answer for http and https, of one write for a gateway
//	max-body=10m            MaxBodyBytes
//	max-conns=1000          MaxConns
//
// Those of some schemes:
//
//	idle-timeout=           IdleTimeout (http, https, fastcgi, ajp)
//	idle-grace=1s           IdleGrace (http, https)
//	max-header-bytes=64k    MaxHeaderBytes (http, https)
//	h2c=1                   H2C, HTTP/2 without TLS (http)
//	cert= key=              CertFile and KeyFile (https)
//	max-requests-per-conn=  MaxRequestsPerConn (fastcgi, ajp)
//	max-param-bytes=1m      MaxParamBytes, and max-params=1000 is MaxParams (fastcgi, scgi, uwsgi)
//	packet-size=64k         PacketSize (ajp)
//	lighttpd=1              Lighttpd (ajp)
//	secret-file= secret-env= secret=   Secret (ajp)
//	dangerously-serve-without-secret=1 (ajp)
//
// Those of all gateways:
//
//	allow=10.0.0.0/8,::1    AllowedPeers, or dangerously-allow-any-peer=1 (not with a socket file)
//	body-memory=256k        BodyMemory, and body-file=1g is BodyFile; "none" keeps nothing there
//	body-dir=/var/tmp       BodyDir
//	disable-quirks=         DisableQuirks; see below
//	dangerously-trust-remote-user=1
//
// An option that the scheme does not have is an error, which lists those that it has.
//
// A secret is best given by secret-file= or secret-env=; secret= works too, but other users see it in the list of processes. No
// log and no error shows it. AJP must have one, but for a socket file; on loopback and an abstract socket
// dangerously-serve-without-secret=1 does without, and any user of the machine can then be anybody.
//
// # Signals
//
// SIGTERM and SIGINT stop the program gracefully: it stops accepting, finishes the requests that run, and breaks off what is left after
// 30 s (7 s as FastCGI on standard input, because mod_fcgid kills after 8). A second SIGTERM changes nothing: mod_fcgid
// sends two, one second apart. A second SIGINT, as from an impatient Ctrl-C, breaks off at once. When a listener fails, all
// others are stopped in the same way. Event streams, and other requests that would never finish, learn of it by [Stopping].
//
// systemd units of Type=notify are told when all listeners are open and when the program stops.
//
// # Quirks
//
// What front servers get wrong about a request is repaired. Where a repair does harm, the option disable-quirks=name,name of a gateway's
// address (the field DisableQuirks of its Server) turns it off; "all" turns off all of them.
//
//   - nginx-script-name (nginx with the stock fastcgi_params or fastcgi.conf and no PATH_INFO): SCRIPT_NAME is the whole
//     path. It is ignored: the mount point is the root.
//   - apache-proxy (Apache's mod_proxy_fcgi and mod_proxy_scgi with ProxyPass): SCRIPT_NAME is the whole path, and
//     SCRIPT_FILENAME an URL with proxy:fcgi:// before it. The mount point is the root, unless a file is the program.
//   - haproxy-script-name (HAProxy without a path-info setting that matches): SCRIPT_NAME is the whole path. It is ignored:
//     the mount point is the root.
//   - script-name-slash (lighttpd with the key "/", and any server whose configuration ends SCRIPT_NAME in a slash): The
//     slash belongs to the path below the mount point and is taken off SCRIPT_NAME.
//   - iis-path-info (Microsoft IIS (allowPathInfo off)): PATH_INFO repeats SCRIPT_NAME at its beginning
//     (golang.org/issue/4367); it is taken off.
//   - iis-request-uri (Microsoft IIS): There is no REQUEST_URI (golang.org/issue/4575). UNENCODED_URL has it, or
//     X-Original-URL after a rewrite.
//   - merged-path (Apache, nginx, lighttpd): They merge slashes and resolve dot segments in SCRIPT_NAME and PATH_INFO, but
//     not in REQUEST_URI. If REQUEST_URI leads to no mount point as it is, it is normalised too.
//   - nginx-host-port (nginx before 1.30 with Debian's parameter files of 2026 (HTTP_HOST $host)): The port is missing in
//     Host, which breaks comparisons with Origin. SERVER_PORT is appended, unless it is 80 or 443 or another proxy stands
//     before nginx.
//   - nginx-repeated-host (nginx with an HTTP_HOST of its own after an included parameter file that has one too): Both are
//     sent. The last one counts; from any other server two different ones are refused.
//   - lighttpd-folding (lighttpd before 1.4.83): X_Foo gets the same variable as X-Foo, so that a client can add to fields
//     that a proxy set. It joins what is really one field, so that a repeated variable is refused.
//   - content-length (nginx, Caddy): CONTENT_LENGTH is empty or -1 where it should be absent, and counts as absent.
//   - nginx-scgi-length (nginx before 1.29.6 with scgi_request_buffering off): CONTENT_LENGTH is how much of the body has
//     arrived so far, be it nothing. The client's Content-Length counts, if that is more.
//   - authorization (Apache with mod_rewrite, FastCgiConfig -pass-header Authorization): Authorization comes as
//     REDIRECT_HTTP_AUTHORIZATION or under its own name.
//   - cookie (old CGI servers): Cookie comes as COOKIE.
package adapters
