package adaptertest

import (
	"errors"
	"io"
	"net/http"
	"sync"
)

// idle holds the connections that wait for a next request.
type idle[C io.Closer] struct {
	mu    sync.Mutex
	conns []C
}

// take returns the connection that was put back last, if there is one.
func (i *idle[C]) take() (c C, ok bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	n := len(i.conns)
	if n == 0 {
		return c, false
	}
	c = i.conns[n-1]
	i.conns = i.conns[:n-1]
	return c, true
}

func (i *idle[C]) put(c C) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.conns = append(i.conns, c)
}

func (i *idle[C]) closeAll() {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, c := range i.conns {
		c.Close()
	}
	i.conns = nil
}

// A keptConn is one that can wait for a next request.
type keptConn interface {
	io.Closer
	roundTrip(*http.Request) (*http.Response, error)
}

// errNoAnswer is why a connection may be given up and the request sent again.
var errNoAnswer = errors.New("the server closed the connection without an answer")

// roundTrip sends r on an idle connection, or on one that open makes. A server may
// close an idle connection at any time (RFC 9112 section 9.3.1), and a kept one of
// FastCGI when the rest of a body that nobody reads is too long in coming: r is then
// sent again.
func roundTrip[C keptConn](i *idle[C], r *http.Request, open func(*http.Request) (C, error)) (*http.Response, error) {
	for {
		c, used := i.take()
		if !used {
			var err error
			if c, err = open(r); err != nil {
				return nil, err
			}
		}
		res, err := c.roundTrip(r)
		if err == nil || !used || !errors.Is(err, errNoAnswer) {
			return res, err
		}
		if r, err = again(r); err != nil {
			return nil, err
		}
	}
}

// again is r with its body at the beginning.
func again(r *http.Request) (*http.Request, error) {
	if r.Body == nil {
		return r, nil
	}
	if r.GetBody == nil {
		return nil, errNoAnswer
	}
	body, err := r.GetBody()
	r = r.Clone(r.Context())
	r.Body = body
	return r, err
}
