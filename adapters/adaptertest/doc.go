// Package adaptertest checks that a server keeps the contract of http.Handler:
// that a handler finds in its *http.Request, and gets from its
// http.ResponseWriter, what net/http's own server would give it.
//
// It is a table of more than two hundred cases: a request, a handler, and what
// must come of them at both ends. net/http passes all of them, which is what
// proves the table; Gangplank's adapters pass them directly and behind real web
// servers. Every failure names its case, what the case asks for and who says so,
// what came and what was wanted.
//
// # Checking a server
//
// Serve [Handler] with the server, and call [Run] from a test with a [Target]
// that says where it is:
//
//	func TestConformance(t *testing.T) {
//		l, err := net.Listen("tcp", "127.0.0.1:0")
//		...
//		go myserver.Serve(l, adaptertest.Handler())
//		adaptertest.Run(t, adaptertest.Target{URL: "http://" + l.Addr().String()})
//	}
//
// One handler serves all cases, so that it can also run where no test does: in a
// process that a web server has started, or in one process per request. A request
// names its case in a field, and the handler reports over a connection of its own
// to the test, on the loopback interface: reports arrive whatever becomes of the
// answer, and handler and client can wait for each other. No case is timed.
//
// A server for another protocol is reached by its own client, given as
// [Target.Transport]: [FastCGI], [SCGI], [Uwsgi] and [CGI] are some. Clients of further
// protocols that carry CGI's variables find help in [Variables] and [ReadGatewayResponse].
//
// # Differences
//
// No protocol but HTTP carries everything, and front servers have their own
// ways. What a target cannot do is said by naming a [Difference]; each touches
// only the expectations that it makes impossible, and says why in the output of
// go test -v. Where a thing cannot be done, it must still fail as the standard
// library says: Hijack with http.ErrNotSupported, a 103 swallowed and the final
// answer whole, trailers dropped and the body whole. [Target.Exact] finds the
// differences that a server does not need, or needs no more.
//
// # After each case
//
// When a case is over, the server is asked one plain question more, on the same
// connection where it is still open. So each case also checks that the server goes
// on after it, and that no byte of its answer is left over for the next one.
package adaptertest
