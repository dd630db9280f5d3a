// Package middleware holds the everyday middleware: one file each, on the
// standard library and the root package alone. Larger concerns (sessions,
// compression, error pages and so on) are packages below it.
//
// # Order
//
// The outermost layer comes first: it sees the request first and the response
// last. In one line, for a site behind one reverse proxy:
//
//	r.Use(middleware.RequestID, middleware.ClientIP(topology), middleware.Logger(nil), compress.New(encodings), middleware.SecureHeaders(headers), errorpage.New(pages), middleware.HostCheck("example.com"), middleware.Timeout(30*time.Second), middleware.InFlight(limits), middleware.BodyLimit(10<<20), middleware.CSRF, session.New(sessions))
//
// In words:
//
//   - [RequestID] is the first, so that whatever goes wrong has an id.
//   - [ClientIP] comes before all that asks for the client: the log, rate limits,
//     error pages.
//   - [Logger] stands outside of everything that may answer or fail, and
//     [ServerTiming] directly inside of it; [Health] inside of both, or outside
//     to keep its requests out of the log.
//   - Compression (package compress) and [SecureHeaders] stand outside of the error
//     page, whose pages need both; so do [Header], and [ErrorDocument] for what is
//     not an error of ours.
//   - The error page (package errorpage) stands outside of every layer that
//     refuses requests: those answer with its page; and outside of sessions, which
//     answer with it when they cannot be stored. What it renders for an error
//     passes through all layers between it and the handler that failed.
//   - The layers that refuse follow, the cheapest first: [Maintenance],
//     [HostCheck], [CleanPath], CORS (package cors), a rate limit (package
//     ratelimit), [InFlight], [BodyLimit] and, inside of it, [Decompress].
//   - [Timeout] stands outside of [InFlight], where a handler that goes on after
//     its time still counts, and the time in the queue is part of its time. So
//     does [Deadline], which costs next to nothing and relies on handlers that
//     watch their context.
//   - [CSRF] stands inside of [MethodOverride], so that it judges the method that
//     the handler will see, and outside of everything that acts on a request,
//     sessions included.
//   - [ConditionalGET] stands directly outside of compression, whose tags it
//     compares. [ETag] and [NoCache] stand inside, next to the handlers whose
//     responses they are about; [If] puts any of these around some requests only.
//   - [MountRedirects] stands directly around the foreign handler it is for.
//
// # What must not be stacked
//
//   - Two Loggers write two lines for each request.
//   - Two Timeouts cost two goroutines, and the shorter one holds.
//     http.TimeoutHandler beside ours buffers whole responses, event streams too.
//   - An inner BodyLimit can lower the outer one, but not raise it.
//   - An inner ClientIP replaces what the outer one found.
//   - A compressing proxy in front and a compressing layer here do the work twice.
//
// RequestID, SecureHeaders, CSRF and HostCheck may be stacked: the outer id stays,
// the inner layer's fields replace the outer ones, and each of two checks refuses.
//
// # What is not protected
//
// Nothing here authenticates anybody, and nothing escapes what a handler writes.
// Whatever comes in a header, a request id included, is the client's word, except
// for what [ClientIPConfig] says to believe. CSRF lets pass whatever no browser
// has sent.
//
// # Form
//
// Middleware without settings is a func(http.Handler) http.Handler itself. A
// constructor with settings takes a Config, whose Validate reports all that is
// wrong with it, and panics with that: a mistake in the program shows at its
// start. Refusals go through [gangplank.Fail], so that the nearest error page
// answers.
package middleware
