package adaptertest

import (
	"io"
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
