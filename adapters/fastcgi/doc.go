// Package fastcgi serves http.Handlers to web servers by FastCGI.
//
//	s := &fastcgi.Server{Handler: h}
//	l, err := net.Listen("unix", "/run/app.sock")
//	...
//	log.Fatal(s.Serve(l))
//
// Handlers get the request that net/http would have made of what the client
// sent, whichever front server stands between: URL.Path is the path below the
// mount point, the context ends when the front server aborts the request or goes
// away, and a body can be read while the response is written. What is FastCGI's
// own is in the request's Gateway:
//
//	g := gangplank.From(r).Gateway()
//	g.Role                       // "RESPONDER", "AUTHORIZER" or "FILTER"
//	g.Var("DOCUMENT_ROOT")       // a parameter as it was sent
//	io.WriteString(g.Stderr(), "to the front server's error log\n")
//
// # When the client goes away
//
// The context is cancelled when the front server sends FCGI_ABORT_REQUEST or
// closes the connection, with [ErrAborted] or the connection's error as
// gangplank.Context.Cause. It is noticed within some hundredths of a second, also
// by a handler that neither reads nor writes; only while a body of more than
// 64 KiB, or one that has not gone on for ReadTimeout, waits unread is it first
// noticed by the next read or write, because what comes after the body cannot be
// seen before it.
//
// # What is not passed on
//
// Interim responses (1xx) are dropped, since nearly every front server takes one
// for the final response; so are hop-by-hop fields and trailers. Hijack is not
// supported.
//
// # Broken responses
//
// A handler that panics with http.ErrAbortHandler, that panics after a part of
// its response was sent, or that writes less than its Content-Length, breaks its
// response off: the connection ends, after the header of an impossible record,
// without FCGI_END_REQUEST. nginx then breaks off its own response; mod_proxy_fcgi
// ends it with an error page, lighttpd and mod_fcgid as if it were whole. After any
// other panic the client gets a plain 500.
//
// # Whom to trust
//
// Whoever can connect decides what the handler sees as the client's address, its
// TLS certificate, or the mount point. Listen on a unix socket, whose file's mode
// says who can; or on loopback or an abstract socket, if every user of the machine
// may; or set AllowedPeers. Not even a front server's REMOTE_USER proves a login;
// see DangerouslyTrustRemoteUser.
//
// Multiplexing is not offered: requests on one connection would wait for the
// slowest of them, because the protocol cannot stop just one. No front server
// asks for it by default. A second request on a busy connection is refused with
// FCGI_CANT_MPX_CONN, and FCGI_GET_VALUES says so beforehand.
package fastcgi
