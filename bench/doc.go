// Package bench measures Gangplank and its peers side by side: the same
// handler, the same bytes from the same client, one run.
//
//	go test -bench Server -count 6        # FastCGI and HTTP over a unix socket, in process
//	go test -bench Router                 # routing alone
//	go test -bench Middleware             # five middlewares and a route
//	go test -bench CGI                    # fork, exec, answer
//	go run ./report                       # all of it, interleaved, medians against the budgets
//	go run ./nginx                        # nginx and wrk over each backend in turn: CPU per request
//	go run ./wiki                         # examples/wiki behind nginx, Apache and lighttpd: views and saves
//
// The servers are measured over unix sockets, so a unix system is needed.
//
// Names are written as key=value, so that benchstat -col /server (or /router)
// puts the peers beside each other.
//
// Allocations are the server's own: the clients of package wire allocate
// nothing in the measured loop. Reads and writes are calls on the net.Conn,
// counted in an untimed pass of their own, because a wrapped connection hides
// writev and sendfile from the server.
package bench
