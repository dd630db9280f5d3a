// Package httpd serves an http.Handler over plain HTTP: it is net/http's server
// with limits that are safe on the open internet, and with requests that come
// attached to a gangplank.Context, at the cost of one allocation.
//
//	s := &httpd.Server{Handler: r, CertFile: "site.crt", KeyFile: "site.key"}
//	l, err := net.Listen("tcp", ":443")
//	if err != nil { ... }
//	log.Fatal(s.Serve(l))
//
// HTTP/1.1 is always spoken, HTTP/2 over TLS, and HTTP/2 without TLS with
// [Server.H2C]. The listener may be a unix socket: requests then have the
// RemoteAddr "@".
//
// A handler that panics before anything was sent gets a 500 written in its
// place, as on the other gateways, where net/http would close the connection;
// http.ErrAbortHandler closes it without a word. A response that is broken off looks
// so in HTTP/1.0 as well: its TCP connection is reset.
//
// # Long uploads, streams and WebSockets
//
// The handler has all doors of net/http: Flush, Hijack (with HTTP/1.1), deadlines.
// Over HTTP/1.1 a handler that writes before it has read the whole request body
// may find the rest of the body gone, unless it calls
// http.ResponseController.EnableFullDuplex; the other gateways, and HTTP/2, are
// always full duplex. Timeouts of the head and between requests have defaults;
// those of body and response have none, because they would end long uploads and
// event streams, so that a handler that wants them sets deadlines.
//
// Shutdown waits for requests, but neither waits for nor closes hijacked
// connections such as WebSockets: [Server.RegisterOnShutdown] is the place to
// tell them. In a program that serves by package adapters, adapters.Stopping tells
// their handlers.
package httpd
