package fastcgi

import (
	"errors"
	"os"
)

// watched is a request as serve.Watch sees it. While the handler runs, its
// connection is read for an abort, the connection's end, or a second request.
type watched request

func (rq *request) watched() *watched { return (*watched)(rq) }

// Due implements serve.Watched.
func (x *watched) Due() {
	if x.input.small() {
		x.input.readAhead()
	}
}

// Watch implements serve.Watched.
func (x *watched) Watch() {
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
			rq.lose(err)
			return
		}
	}
}

// endInput notes that nothing more can come that is the request's.
func (rq *request) endInput() {
	rq.inputEnded.Store(true)
	rq.conn.watch.Free()
}
