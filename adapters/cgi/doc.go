// Package cgi answers the one request for which a web server started the
// process: the program's side of CGI/1.1 (RFC 3875).
//
// Most programs call adapters.Main, which finds out that it is CGI; to link
// nothing else, call [Serve]:
//
//	func main() { log.Fatal(cgi.Serve(handler)) } // log.Fatal only if it failed; see Serve
//
// What the handler gets and may do is what net/http's server gives and allows,
// as far as CGI can carry it:
//
//   - An answer that breaks off cannot be told from a whole one once a part of
//     it is out. Until then (the first 4 KiB and what else is buffered) nothing
//     is sent, so that the web server answers with its own error page.
//   - 1xx answers are dropped unless [Server.Informational] is set, and
//     trailers always.
//   - Standard error is the web server's error log; it is Gateway().Stderr()
//     too. Standard output belongs to the response: whatever else writes there
//     spoils it.
//   - The query of a request can become the process's arguments (RFC 3875,
//     section 4.4): a CGI program must not parse flags.
package cgi
