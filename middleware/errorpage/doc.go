// Package errorpage answers for what goes wrong: it recovers from panics, renders
// the errors of [gangplank.Try] handlers and of the Router, and keeps a record.
// In production the client gets a plain page with an error id, which the log line
// and the record have too; in development the developer gets a page that tells
// everything: causes, stacks with source, request, log, gateway.
//
//	r := gangplank.New()
//	r.Around(errorpage.Probe)
//	r.Use(middleware.RequestID, middleware.Logger(nil), errorpage.New(errorpage.Config{}))
//
// The second line is for the page's list of layers: it times them. Without it,
// the list has only the names of those on the stack.
//
// # Place in the chain
//
// It stands inside of what gives the request its id and writes the access log,
// and of compression, so that all pages pass through it; and outside of
// everything else that may refuse, fail or panic, sessions included, which answer
// with its page when they cannot be stored. The page of an error is written by
// the writer of the handler that failed, and so passes through all layers
// between; that of a panic, which has ended those layers, does not. A panic
// outside of it is the server's. Of two in one chain the inner one answers for
// what is inside of it.
//
// # The log
//
// What is answered here is logged here, once, with its id, its text and its
// stack, by the request's logger. A failure, which is what
// [gangplank.NeedsAttention] says, has level Error; a refusal (a 4xx with a cause,
// or a 503 on purpose) has a lower one; and an answer like any other, such as a 404
// without a cause, or what form.Decode finds wrong with single fields, has no id and is not
// logged. The line of middleware.Logger for the request
// then has the id and not the text. A handler under
// middleware.Timeout or Deadline that returns its context's end is reported by
// that time limit alone.
//
// # Panics
//
// What the handler has written, as long as it is held back, is replaced by the
// page. Once the head is out the response is broken off (http.ErrAbortHandler),
// so that no client takes it for whole; only CGI cannot tell its client, and there a
// short form of the page is written below the half one, whatever HTML was open there.
// http.ErrAbortHandler itself is passed on. Panics of other goroutines end the
// process, as always in Go, unless they were started with [Go].
//
// # Who sees the development page
//
// Only if all of this holds:
//
//   - Development is set.
//   - The peer, or for a gateway the REMOTE_ADDR that the front server states, is
//     loopback or listed.
//   - The request was not forwarded (Forwarded, Via, X-Forwarded-*, X-Real-Ip and
//     their kin), or ClientIP is configured and finds a client that may. A client
//     that ClientIP does not know may not.
//   - It does not look like a proxy's that adds no such field: it is of HTTP/1.1 or
//     newer and does not ask to close the connection, as nginx before 1.29.7 does
//     with nothing but proxy_pass; and on Linux a peer on loopback is a process of
//     root's or of the user that this program runs as, who can read its source
//     anyway, unless its address is listed.
//   - Host is localhost, a loopback address or listed, against DNS rebinding.
//
// Otherwise it is the production page, and the log says which condition refused.
// Clients that behave as such proxies do (ab, the proxies of some tools for front
// ends) do not see it either: ask the server directly.
//
// Not protected: a proxy or tunnel on this machine that runs as root or as the
// program's own user (or anywhere but on Linux), adds no field, keeps its
// connections, and names a loopback address as Host, its own choice or its
// client's. Nothing in such a request tells it from a developer's: ssh -R, socat
// and nginx's stream module by their nature, and a recent nginx or HAProxy by
// configuration. Leave development mode off where one could be.
//
// # The body
//
// It is never read for a page. What form.Decode, ParseForm or ParseMultipartForm
// have read is shown, and repeated by the curl command; and in development mode the first
// 16 KiB of what a handler itself has read of JSON or of a form, for which
// the handler's r.Body is one of this package's. In production the secrets in a body that
// the program reads without any of these are known only by their shape.
//
// # Secrets
//
// Whatever is shown, copied, logged or stored by this package is masked first: by
// name (password, token, cookie and the like; of values given to With, Trace, the
// session and the log also the names of fields and keys inside of them), by shape
// (keys of known providers, JSON Web Tokens, passwords in URLs and DSNs, lists
// that a text gives such a name, random-looking text), and wherever a value that
// was hidden turns up again, quoted or escaped. The log line of a failure knows
// all the secrets that its page knows. The page says what was hidden, and why.
// It is a net with small meshes, and still a net: Config.Secrets adds names.
//
// Of a request 200 values and 64 KiB are looked at; what is beyond is left out,
// and the page says how much it was: no client can make its failure expensive.
//
// # What became of cgitb's options
//
//	cgitb               here
//	display=1           Config.Development
//	display=0           the default: a page with an error id
//	logdir              Config.Records, one file per error with its count
//	context             Config.Context
//	format="html"       chosen by Accept: HTML, application/problem+json (RFC 9457), Markdown, text
//	format="text"       likewise; clients without a preference, such as curl, get text
//	handler(info)       gangplank.Fail(w, r, err), Go
//	Hook                New; Config.Notify
//	variables' values   With and Trace: Go keeps no names of variables at run time
//	attributes of the exception   exported fields of each error of the tree
package errorpage
