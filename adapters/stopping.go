package adapters

import "net/http"

// stoppingKey is where the context of a request has the channel of Stopping.
type stoppingKey struct{}

// Stopping returns a channel that is closed when the program begins to stop. It is for requests that have no end of their own,
// such as event streams: for one that takes no notice [Serve] waits until the time of grace= is over, and then breaks it off.
//
//	select {
//	case e := <-events: // is sent
//	case <-r.Context().Done(): // the client has gone
//	case <-adapters.Stopping(r): // the client will connect again
//	}
//
// The channel is nil, and never ready, if r did not come by Serve. Under CGI SIGTERM ends the request's own context.
func Stopping(r *http.Request) <-chan struct{} {
	stopping, _ := r.Context().Value(stoppingKey{}).(<-chan struct{})
	return stopping
}
