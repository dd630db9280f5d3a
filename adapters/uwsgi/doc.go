// Package uwsgi serves http.Handlers to web servers by the uwsgi protocol, that of
// uWSGI, which nginx, Apache and lighttpd speak as well.
//
//	s := &uwsgi.Server{Handler: h}
//	l, err := net.Listen("unix", "/run/app.sock")
//	...
//	log.Fatal(s.Serve(l))
//
// Handlers get the request that net/http would have made of what the client
// sent, whichever front server stands between: URL.Path is the path below the
// mount point, the context ends when the front server goes away, and a body can
// be read while the response is written. The front server's variables are in the
// request's Gateway. The wire format as it is implemented is in spec.md.
//
// # When the client goes away
//
// The context is cancelled when the front server closes the connection, with its
// error as gangplank.Context.Cause. It is noticed within some hundredths of a
// second, also by a handler that neither reads nor writes; only while a body of
// more than 64 KiB, or one that has not gone on for ReadTimeout, waits unread is
// it first noticed by the next read or write, because what comes after the body
// cannot be seen before it. nginx closes when its client goes; Apache and lighttpd
// notice only when they write to it.
//
// # What is not passed on
//
// Interim responses (1xx) are dropped, since nearly every front server takes one
// for the final response; so are hop-by-hop fields and trailers. Hijack is not
// supported. There is no error stream.
//
// # Broken responses
//
// A handler that panics with http.ErrAbortHandler, that panics after a part of
// its response was sent, or that writes less than its Content-Length, breaks its
// response off. The protocol has no word for that: the end of the connection is
// the end of the response. A front server notices if the length was declared; and
// on TCP the connection is reset. On a unix socket a response without a
// Content-Length looks complete, to the front server and so to its client: where
// that does harm, declare the length, or listen on TCP. After any other panic the
// client gets a plain 500.
//
// # Whom to trust
//
// Whoever can connect decides what the handler sees as the client's address, its
// TLS certificate, or the mount point. Listen on a unix socket, whose file's mode
// says who can; or on loopback or an abstract socket, if every user of the machine
// may; or set AllowedPeers. Not even a front server's REMOTE_USER proves a login;
// see DangerouslyTrustRemoteUser.
package uwsgi
