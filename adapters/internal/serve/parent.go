package serve

import (
	"context"
	"sync"
)

// parent is the context that BaseContext and ConnContext have made for a
// connection: its requests end with it, as in net/http. There is one only where
// that can be cancelled, so that all others go without; a request pays for a
// cancellation of its own, and not for its registration with another.
type parent struct {
	ctx  context.Context
	stop func() bool

	mu       sync.Mutex
	response *Response // of the request at hand, or nil
}

// newParent returns nil for a context that cannot be cancelled.
func newParent(ctx context.Context) *parent {
	if ctx.Done() == nil {
		return nil
	}
	p := &parent{ctx: ctx}
	p.stop = context.AfterFunc(ctx, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.cancel()
	})
	return p
}

// adopt makes rp the response whose request ends with the context; nil is none.
func (p *parent) adopt(rp *Response) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.response = rp; p.ctx.Err() != nil {
		p.cancel()
	}
}

// cancel cancels the request at hand. The caller holds mu.
func (p *parent) cancel() {
	if p.response != nil {
		p.response.Exchange.Cancel(context.Cause(p.ctx))
	}
}

// end is the end of the connection.
func (p *parent) end() {
	if p != nil {
		p.stop()
	}
}
