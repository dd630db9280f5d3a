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
//  5. A listening socket as standard input: FastCGI, as mod_fcgid, lighttpd and spawn-fcgi start it.
//  6. Else http://127.0.0.1:8080.
//
// # Addresses
//
// An address is scheme[+network]:target[?options]:
//
//	http://127.0.0.1:8080                                 networks tcp (the default), tcp4, tcp6
//	https://:443?cert=/etc/app/cert.pem&key=/etc/app/key.pem
//	fastcgi+unix:/run/app.sock?mode=0660&group=www-data   a socket file; 0660 is the default mode
//	fastcgi+unix:@app                                     an abstract socket (Linux)
//	fastcgi+fd://3                                        an inherited listening socket
//	http+systemd://web                                    systemd's sockets with FileDescriptorName=web
//	http+systemd:                                         all of systemd's that no other address names
//
// Percent-encoding works everywhere: %3F is a question mark in a path, %20 a space in GANGPLANK_LISTEN. A plus sign is a plus sign.
//
// Every listener has the option grace=30s, the time that running requests get when the program is stopped. Socket files have mode=,
// owner= and group=. A socket file on which nobody answers is replaced, one on which somebody does is an error, and a file of
// another kind is never touched.
//
// All other networks have allow=10.0.0.0/8,::1, the peers that may connect. Whoever connects to a gateway (all schemes but http
// and https) is believed what it says about the client, so a gateway on a TCP address that is not loopback needs
// allow=, or dangerously-allow-any-peer=1. The options of one scheme are listed by the error that an unknown one gives.
//
// A secret is given by secret-file= or secret-env=; secret= works too, but other users see it in the list of processes. No
// log and no error shows it.
//
// All addresses are checked before one of them is bound; what is wrong with any of them comes as one error.
//
// # Signals
//
// SIGTERM and SIGINT stop the program gracefully: it stops accepting, finishes the requests that run, and breaks off what is left after
// 30 s (7 s as FastCGI on standard input, because mod_fcgid kills after 8). A second SIGTERM changes nothing: mod_fcgid
// sends two, one second apart. A second SIGINT, as from an impatient Ctrl-C, breaks off at once. When a listener fails, all
// others are stopped in the same way.
//
// systemd units of Type=notify are told when all listeners are open and when the program stops.
package adapters
