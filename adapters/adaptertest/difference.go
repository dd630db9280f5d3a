package adaptertest

// A Difference is a known way in which a server, or the web server in front of
// it, is not like net/http on a bare port. Naming one in [Target.Differences]
// excuses a target from what the difference makes impossible, and from nothing
// else: most cases only relax the one expectation that it touches. Its value is
// the reason, and is printed with every case that it skips.
type Difference string

// What a protocol cannot carry.
const (
	// NoTrailers: fields after the body are dropped; the response must be
	// whole without them.
	NoTrailers Difference = "NoTrailers: the protocol has no place for fields after the body"
	// NoInformational: 1xx responses are swallowed (a front server would take
	// a first header block with status 103 for the final answer); the final
	// response must be whole.
	NoInformational Difference = "NoInformational: the protocol carries one response head only"
	// NoHijack: Hijack must say http.ErrNotSupported.
	NoHijack Difference = "NoHijack: the connection is not the client's own"
	// NoDeadlines: setting one must say http.ErrNotSupported.
	NoDeadlines Difference = "NoDeadlines: reads or writes cannot be interrupted"
	// NoAbort: the client's going away is not told to the server, or only at
	// the next write.
	NoAbort Difference = "NoAbort: nobody tells a silent handler that the client has gone"
	// NoClientTrailers: fields after the request's body do not arrive.
	NoClientTrailers Difference = "NoClientTrailers: fields after the request's body are dropped"
	// NoChunkedRequests: the front server refuses a body of unknown length.
	NoChunkedRequests Difference = "NoChunkedRequests: a request body needs a declared length"
	// NoLocalAddr: http.LocalAddrContextKey is not set.
	NoLocalAddr Difference = "NoLocalAddr: the server's own address is not known"
	// NoRemotePort: RemoteAddr is not host:port, as on a unix socket.
	NoRemotePort Difference = "NoRemotePort: the peer has no network address"
	// BrokenAnswerNotSignalled: an answer that breaks off ends like a complete
	// one, as over CGI.
	BrokenAnswerNotSignalled Difference = "BrokenAnswerNotSignalled: the protocol cannot tell an answer that broke off from a complete one"
	// ProcessPerRequest: nothing outlives the handler.
	ProcessPerRequest Difference = "ProcessPerRequest: the process ends with the handler"
	// NotHTTP1: the client does not see HTTP/1.1 framing (chunks, the
	// Connection field, reason phrases).
	NotHTTP1 Difference = "NotHTTP1: the client does not see HTTP/1.1 framing"
	// JoinedFields: repeated request fields arrive joined by a comma (cookies
	// by a semicolon), which RFC 9110 section 5.3 calls equivalent.
	JoinedFields Difference = "JoinedFields: the protocol has one variable for each field name"
	// NoLengthField: the request's Content-Length is in Request.ContentLength only.
	NoLengthField Difference = "NoLengthField: Content-Length is not among the header fields"
)

// What a web server in front does.
const (
	FrontBuffersBody       Difference = "FrontBuffersBody: the front server reads the whole request before it passes it on"
	FrontMeasuresBody      Difference = "FrontMeasuresBody: a short body that is there with the head gets a length, if it came in time"
	FrontBuffersAnswer     Difference = "FrontBuffersAnswer: the front server holds the answer back"
	FrontReadsBodyFirst    Difference = "FrontReadsBodyFirst: the front server sends the whole body before it reads the answer"
	FrontStopsBody         Difference = "FrontStopsBody: the front server sends no more of the body once the answer has begun"
	FrontRetries           Difference = "FrontRetries: the front server asks again when a connection ends without an answer"
	FrontActsOnLocation    Difference = "FrontActsOnLocation: the front server takes Location with 200 for an internal redirect"
	FrontMergesSlashes     Difference = "FrontMergesSlashes: the front server merges or rewrites repeated slashes"
	FrontResolvesDots      Difference = "FrontResolvesDots: the front server resolves dot segments"
	FrontRefusesSlash      Difference = "FrontRefusesSlash: the front server refuses an encoded slash"
	FrontRefusesNUL        Difference = "FrontRefusesNUL: the front server refuses an encoded NUL"
	FrontRefusesMethods    Difference = "FrontRefusesMethods: the front server knows no other methods than the common ones"
	FrontRefusesBodyOnGet  Difference = "FrontRefusesBodyOnGet: the front server takes no body with GET"
	FrontRewritesHost      Difference = "FrontRewritesHost: the Host field does not arrive as sent"
	FrontRewritesFields    Difference = "FrontRewritesFields: the front server adds, drops or rewrites request fields"
	FrontDropsAuth         Difference = "FrontDropsAuth: the Authorization field is not passed on"
	FrontJoinsAnswerFields Difference = "FrontJoinsAnswerFields: repeated answer fields are joined by a comma"
	FrontDropsLength       Difference = "FrontDropsLength: the front server frames the answer itself"
	FrontHandlesRanges     Difference = "FrontHandlesRanges: the front server acts on Range, If-* or 206 itself"
	FrontRewritesStatus    Difference = "FrontRewritesStatus: unusual status codes or reason phrases do not pass"
	FrontLimitsHead        Difference = "FrontLimitsHead: the front server bounds the size of a head at a few kilobytes"
	FrontSpeaksOtherProto  Difference = "FrontSpeaksOtherProto: the front server asks with another version of HTTP than the client"
)
