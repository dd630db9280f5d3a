// Package ajp serves http.Handlers to web servers by AJP/1.3, the Apache JServ
// Protocol that Tomcat speaks.
//
//	s := &ajp.Server{Handler: h, Secret: secret}
//	l, err := net.Listen("tcp", "127.0.0.1:8009")
//	...
//	log.Fatal(s.Serve(l))
//
// Apache reaches it by
//
//	ProxyPass /app ajp://127.0.0.1:8009/app secret=... nocanon
//
// Handlers get the request that net/http would have made of what the client
// sent: URL.Path is the path below [Server.Mount], the context ends when the
// front server goes away, and a body can be read while the response is written.
// What the protocol tells besides is in the request's Gateway, under the names
// that the same things have in CGI; the wire format as it is implemented is in
// spec.md.
//
//	g := gangplank.From(r).Gateway()
//	g.Var("SSL_CIPHER")             // attributes that all gateways know
//	ajp.AttributesOf(r).Get("NAME") // what the administrator added
//
// lighttpd speaks a dialect, which [Server.Lighttpd] understands; of a path it
// tells less than other protocols do. It cannot send a secret over plain HTTP, so
// that it needs a unix socket, and the key of its backend must be empty:
//
//	$HTTP["url"] =~ "^/app(/|$)" { ajp13.server = ( "" => (( "socket" => "/run/app.sock" )) ) }
//
// # Whom to trust
//
// Whoever can connect decides what the handler sees as the client's address, its
// TLS certificate, or the path: Ghostcat (CVE-2020-1938) was a port of this
// protocol that listened everywhere and believed everybody. So Serve wants a
// Secret on every listener that is not a unix socket with a file, and nothing of a
// request is used before its secret was compared. What a front server sends besides the
// request, its attributes, never becomes a header field or a path. A client's
// certificate counts as verified only if the front server also sends the verdict
// (an attribute SSL_CLIENT_VERIFY, which Apache does not send by itself). Not even
// remote_user proves a login; see DangerouslyTrustRemoteUser. SHUTDOWN is refused.
//
// # When the client goes away
//
// The context is cancelled when the front server closes the connection, with its
// error as gangplank.Context.Cause; while a body waits unread that is first
// noticed by the next read or write. No front server known today closes before it
// fails to write.
//
// # What is not passed on
//
// Interim responses (1xx), hop-by-hop fields and trailers are dropped. Hijack is
// not supported. Request fields whose name has an underscore are left out. There is
// no error stream.
//
// # Broken responses
//
// A handler that panics with http.ErrAbortHandler, that panics after a part of
// its response was sent, or that writes less than its Content-Length, breaks its
// response off: the connection ends without END_RESPONSE, which front servers
// report to their client as an incomplete response. After any other panic the
// client gets a plain 500; so it does when the response's head is longer than a
// packet.
package ajp
