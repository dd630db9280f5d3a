// Package compress sends responses in a content coding that the client accepts:
// Zstandard and gzip, and brotli by a module of its own (compress/brotli).
//
//	r.Use(middleware.RequestID, middleware.Logger(nil), compress.New(compress.Config{}), errorpage.New(errorpage.Config{}))
//
// The client's weights are honoured, "*", "q=0" and a refusal of what is not
// encoded included (RFC 9110, section 12.5.3). A client that refuses everything
// that there is gets the plain body nevertheless, as section 12.1 allows; an
// answer of 406 would help nobody.
//
// # What is compressed
//
// Bodies of the media types of Config.Types, from Config.MinSize on, for which
// the handler has not chosen a Content-Encoding. What has no body, parts (206),
// what forbids a transformation (Cache-Control: no-transform, of the response or
// the request), and what carries a digest of its bytes (RFC 9530) passes as it is,
// and files still go by sendfile then. Every response that another
// Accept-Encoding might have changed says so in Vary.
//
// What the handler flushes arrives at once. A response that breaks off stays
// broken, and an error page takes the place of what was held back.
//
// # Entity tags
//
// The tag of an encoded body is another than that of the plain one: "abc" becomes
// "abc-gzip". Handlers are told "abc" as well when a client names such a tag in
// If-None-Match or If-Match, so conditional requests work as before, inside of
// this layer or outside.
//
// # Place in the chain
//
// Outside of all that looks at the body or replaces it (middleware.ETag, the error
// page), inside of the log, which then sees the bytes that were sent, and of
// middleware.ConditionalGET, which then compares the tags that were. Inside of the
// error page it compresses the pages of errors as well, and not those of panics.
//
// Two compressing layers, or one here and one in the front server, do no harm: the
// first one counts. Config.FrontServerCompresses leaves it to the front server with
// no change of the chain.
//
// # What is not protected
//
// Compression makes the length of a response tell what is in it. Where a page
// shows a secret (a token, an address) together with what the request said, who
// can make a browser send requests and can see the lengths of the encrypted
// answers can guess the secret bit by bit (BREACH, CVE-2013-3587). In the order of
// how much they help:
//
//   - [Off] for responses that show a secret beside the client's words.
//   - Tokens that look different each time: the token combined by exclusive or
//     with as many random bytes, which stand beside it. Gangplank's own CSRF
//     protection needs no token in the page; session cookies are not in the body.
//   - SameSite cookies, which the requests of other sites do not carry.
//   - Config.Padding, which only makes the attacker ask more often.
package compress
