package adaptertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"
)

// An exchange is one case being checked against one target.
type exchange struct {
	target *Target
	base   *url.URL
	mount  string // escaped, "" at the root

	ctx    context.Context
	name   string // of the case that runs
	calls  []*call
	mu     sync.Mutex // guards calls, faults and uses: some cases run many calls at once
	faults []string
	uses   []Difference // that have been looked at, and are there
}

// errTooLong is why a case that hangs is given up.
var errTooLong = errors.New("it took too long")

// run goes through one case from request to report.
func (x *exchange) run(ctx context.Context, c Case) {
	ctx, cancel := context.WithTimeoutCause(ctx, x.target.timeout(), errTooLong)
	defer cancel()
	x.ctx, x.name = ctx, c.Name
	defer x.hangUp()
	if c.Name != echo.Name {
		x.fresh()
	}
	if c.check != nil {
		c.check(x)
		return
	}
	k := x.do(c.request)
	k.expect(c.want)
	k.expectFacts(c.facts)
}

// fresh makes the case begin on a connection of its own, so that the question
// after it comes on that same connection.
func (x *exchange) fresh() {
	if t, ok := x.target.Transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// askOn asks the server one plain question more, on the case's connection if it
// is still open.
func (x *exchange) askOn() {
	next := &exchange{target: x.target, base: x.base, mount: x.mount}
	next.run(x.ctx, echo)
	for _, fault := range next.faults {
		x.errorf("the next request: %s", fault)
	}
}

// hangUp ends all calls: handlers that still wait for a word give up.
func (x *exchange) hangUp() {
	for _, k := range x.calls {
		k.close()
	}
	x.calls = nil
}

// differs reports whether the target is known to be different in one of these ways.
func (x *exchange) differs(ways ...Difference) (differs bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, d := range ways {
		if slices.Contains(x.target.Differences, d) {
			x.uses, differs = append(x.uses, d), true
		}
	}
	return differs
}

// errorf notes something found wrong.
func (x *exchange) errorf(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.faults = append(x.faults, text)
}

// do sends a request and returns when the answer and the handler's report are
// complete.
func (x *exchange) do(req request) *call {
	k := x.start(req)
	k.finish()
	return k
}

// pipe is a body that the case sends piece by piece. It breaks off with the case,
// so that nobody goes on waiting for a server that does not read.
func (x *exchange) pipe() (*io.PipeReader, *io.PipeWriter) {
	body, send := io.Pipe()
	ctx := x.ctx // which is another one after the case
	context.AfterFunc(ctx, func() { body.CloseWithError(context.Cause(ctx)) })
	return body, send
}

// httpRequest makes the request that goes to the transport.
func (x *exchange) httpRequest(ctx context.Context, req request, home string) (*http.Request, error) {
	target := req.target
	if target == "" {
		target = "/"
	}
	u, err := url.ParseRequestURI(x.mount + target)
	if err != nil {
		// What no client should send goes out as it stands.
		u = &url.URL{Opaque: x.mount + target}
	}
	u.Scheme, u.Host = x.base.Scheme, x.base.Host
	r := (&http.Request{Method: "GET", URL: u, Host: req.host, Header: http.Header{}, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}).WithContext(ctx)
	if req.method != "" {
		r.Method = req.method
	}
	for name, values := range req.header {
		r.Header[name] = slices.Clone(values)
	}
	r.Header.Set(caseField, x.name)
	r.Header.Set(homeField, home)
	req.attachBody(r)
	return r, nil
}

// attachBody gives r the body that the case describes, if any.
func (req request) attachBody(r *http.Request) {
	body := []byte(req.body)
	if req.pattern > 0 {
		body = pattern(req.pattern)
	}
	if req.stream != nil {
		r.Body, r.ContentLength = io.NopCloser(req.stream), req.length
		return
	}
	if len(body) == 0 && !req.chunked {
		return
	}
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	r.Body, _ = r.GetBody()
	r.ContentLength = int64(len(body))
	if req.chunked {
		r.ContentLength = -1
		r.Trailer = req.trailer
	}
}
