package lint

// A Rule is the name of something that handlers and middleware must keep to.
type Rule string

// Of calls of the http.ResponseWriter. The layer is the one that made the call.
const (
	InvalidStatus     Rule = "invalid-status"     // WriteHeader with a status outside 100 to 999, which panics (net/http)
	SuperfluousHeader Rule = "superfluous-header" // a second WriteHeader: it is ignored (http.ResponseWriter)
	HeadAfterBody     Rule = "head-after-body"    // WriteHeader after Write, which has sent 200 (http.ResponseWriter)
	LateField         Rule = "late-field"         // a field set when the head was out, that is no trailer: it is not sent (http.ResponseWriter)
	BodyNotAllowed    Rule = "body-not-allowed"   // Write after 1xx, 204 or 304 (RFC 9110, section 6.4.1)
	WrongLength       Rule = "wrong-length"       // a body that is not as long as its Content-Length, or one that no response may have (RFC 9110, section 8.6)
	WriteAfterReturn  Rule = "write-after-return" // a goroutine that writes when its handler has returned (http.Handler)
	ReadAfterReturn   Rule = "read-after-return"  // a goroutine that reads the request's body when all have returned (http.Handler)
	BadFieldName      Rule = "bad-field-name"     // not a token (RFC 9110, section 5.1)
	NotCanonical      Rule = "not-canonical"      // a field under a key that is not in canonical form: net/http, which looks for that only, sends its own as well (http.Header)
	SeveralValues     Rule = "several-values"     // of a field that may come once (RFC 9110, section 5.3)
	BadFieldValue     Rule = "bad-field-value"    // with a control character (RFC 9110, section 5.5)
	BadSetCookie      Rule = "bad-set-cookie"     // not in the form of RFC 6265, section 4.1
	HopByHop          Rule = "hop-by-hop"         // a field that is the server's business (RFC 9110, section 7.6.1)
	NotHijacked       Rule = "not-hijacked"       // WriteHeader(101) without Hijack: nobody speaks the other protocol (RFC 9110, section 15.2.2)
)

// Of what a layer makes of the calls, panics and requests that pass through it.
const (
	FlushSwallowed  Rule = "flush-swallowed"  // Flush was called inside and said nil, and none came out (http.Flusher)
	InterimLost     Rule = "interim-lost"     // a 1xx status went in and did not come out (RFC 9110, section 15.2)
	AbortSwallowed  Rule = "abort-swallowed"  // http.ErrAbortHandler went in, and a return came out (http.ErrAbortHandler)
	PanicHidden     Rule = "panic-hidden"     // a panic after the head was out became a clean end: the client takes the half for the whole (RFC 9112, section 8)
	RequestModified Rule = "request-modified" // the request of the layers outside was changed (http.Handler: "should not modify")
	BodyNotClosed   Rule = "body-not-closed"  // a layer put another body into the request and did not close it (http.Request: the server closes its own)
	SetDetached     Rule = "set-detached"     // a setter of gangplank.From(r), or of a Slot, for a request that carries no Context: it does nothing
	ContextLost     Rule = "context-lost"     // values of r.Context() do not reach the layers inside; gangplank.From is detached there
)

// rules are all of them.
var rules = []Rule{
	InvalidStatus, SuperfluousHeader, HeadAfterBody, LateField, BodyNotAllowed, WrongLength,
	WriteAfterReturn, ReadAfterReturn, BadFieldName, NotCanonical, SeveralValues, BadFieldValue,
	BadSetCookie, HopByHop, NotHijacked,
	FlushSwallowed, InterimLost, AbortSwallowed, PanicHidden, RequestModified, BodyNotClosed,
	SetDetached, ContextLost,
}
