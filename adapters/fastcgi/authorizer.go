package fastcgi

import "net/http"

// SetVariable is for handlers in the authorizer role, whose answer is their
// verdict: with a status of 200 the front server goes on to serve the request,
// and hands the variable to whatever serves it (section 6.3 of the specification).
// Any other status is sent to the client.
//
// The name keeps its case, which http.Header.Set would change. Front servers that
// do not know of it, and mod_fcgid always, pass the field on to the client: it is
// no place for secrets.
func SetVariable(h http.Header, name, value string) { h["Variable-"+name] = []string{value} }
