package fastcgi

import (
	"errors"
	"io"
	"os"
	"time"
)

// view is a request as others see it: a serve.Request and a gangplank.GatewayFacts.
type view request

func (rq *request) view() *view { return (*view)(rq) }

// Stderr implements gangplank.GatewayFacts.
func (x *view) Stderr() io.Writer { return errorStream{(*request)(x)} }

// Send implements serve.Request.
func (x *view) Send(p []byte) error { return (*request)(x).flush(p) }

// Close implements serve.Request.
func (x *view) Close() { x.input.close() }

// Drain implements serve.Request.
func (x *view) Drain(d time.Duration) error { return x.input.drain(d) }

// Due implements serve.Watched.
func (x *view) Due() { x.input.lookAhead() }

// Watch implements serve.Watched: it reads for an abort, the connection's end, or
// a second request.
func (x *view) Watch() {
	rq := (*request)(x)
	for {
		rec, err := rq.conn.in.next()
		if err == nil {
			err = rq.receive(rec)
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return // by the watch's end, or by a deadline of the handler's: nothing is lost
		}
		if err != nil && err != ErrAborted {
			rq.Lose(err)
			return
		}
	}
}
