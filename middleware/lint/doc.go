// Package lint finds out, in development, which layer of a chain breaks the rules
// of http.Handler: what the server would log without a name, repair in silence,
// or send to the client broken.
//
//	site := gangplank.NewChain(middleware.RequestID, session.New(...), compress.New(...))
//	if development {
//		site = lint.Chain(site, lint.Config{})
//	}
//	h := site.Then(mux)
//
// [Router] does the same for a Router's own layers.
//
// [Chain] puts a probe between all layers. Calls come from the inside, so the
// innermost probe that sees a fault stands next to the layer that made it; and
// where a call, a panic or a value goes into a layer and does not come out, the
// probes on both sides know which. Each finding names the rule and the layer, as
// gangplank.Chain knows it; the rules and where they come from are the constants of
// type [Rule]:
//
//	WARN lint: Flush said nil and was not passed on rule=flush-swallowed layer=main.buffering method=GET uri=/events
//
// What a layer does to one response is reported once per response, and by default
// logged once per process.
//
// # Place and cost
//
// It is for development and tests only. A probe changes no response, but it
// stands between layers that otherwise share one gangplank.Writer, so each of them
// gets its own; and it copies the response's header at every call: some 25
// allocations and 2 kB for each layer and request.
//
// # Bodies
//
// The server closes the request's body, and no other (http.Request). So whoever puts
// a file or a decoder in its place closes that, when the next layer has returned.
// What a layer does with its own variable no probe sees: a body is asked afterwards
// whether it is still open, by Seek, or by Read when it was read to its end. A Close
// that does nothing does not show there; io.NopCloser is known.
//
// A body that holds the one outside of it, as a limit does, is left to the server:
// to close it would close that, and net/http then waits for what the client has not
// sent, before the answer is out.
//
// # What it does not see
//
// What a handler does with a connection that it hijacked; a body that cannot Seek
// and was not read to its end, and those that a handler makes for itself.
package lint
