package gangplank

import "net/http"

// Request returns the request that the Context belongs to, as it was attached, for
// who has nothing but its context.Context: layers further inside may have gone on
// with a copy. Like any request it is the handler's while that is at work on it.
func (c *Context) Request() *http.Request { return c.subject }
