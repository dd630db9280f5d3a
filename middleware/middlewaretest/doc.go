// Package middlewaretest checks that a middleware is transparent: that neither
// the handler inside it, nor the client and the layers outside it, can tell that
// it is there, but for what it is there for.
//
//	func TestTransparent(t *testing.T) {
//		middlewaretest.Run(t, middleware.RequestID,
//			middlewaretest.Fields("it is what the middleware is for", "X-Request-Id"))
//	}
//
// Nearly all known faults of middleware are of one class: a wrapper of the
// http.ResponseWriter that handles the usual order of calls and not the others.
// So the suite has a table of those others: Flush before anything else, 1xx
// statuses, 204, 304 and HEAD, ReadFrom, Hijack, full duplex, trailers, a panic
// before and after the first byte, a client that goes away, no write at all. And of
// what is taken from handlers unseen: the body of a form, and that they run side by
// side.
//
// # How it judges
//
// Every case is played twice, over a real connection: with the middleware, and
// without it, everything else being the same. What the client got, what each call
// told the handler, and what reached the layers outside is written down both
// times, and the two must be equal. So no expectation of the table can be wrong
// about net/http, and where a foreign wrapper in the chain makes something
// impossible (one without Unwrap takes Flush away), the middleware need not do
// better than no middleware does, though it may.
//
// # Settings
//
// Every case runs in each of [Settings]: HTTP/1.1 and HTTP/2; a plain net/http
// server, and one whose requests arrive attached to a gangplank.Context; the
// middleware alone, between two others, and within and around a foreign wrapper
// that has nothing but Unwrap, and one that has not even that.
//
// # Middleware that changes something
//
// A middleware that is meant to change something says what, and why, with an
// [Option]: the response fields that it sets, how to decode what it encoded, the
// statuses with which it answers itself, a named [Difference], or single cases
// that do not apply. The reasons are for the reader of the test, and are printed
// where a case is left out. Whatever no option names must stay as it was.
package middlewaretest
