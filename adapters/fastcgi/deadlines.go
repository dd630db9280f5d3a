package fastcgi

import (
	"sync"
	"time"
)

// phase is what a connection is being read for, which decides how long that may
// take.
type phase uint8

const (
	idlePhase  phase = iota // waiting for a request
	headPhase               // up to the end of the parameters: one deadline for all reads
	bodyPhase               // one for each read
	watchPhase              // none: the handler takes what time it likes
)

// deadlines sets a connection's read deadline, and only where a read has to
// wait: a request that arrives in one piece costs none of these calls, each of
// which is a good part of a microsecond.
type deadlines struct {
	mu     sync.Mutex
	phase  phase
	armed  bool // a deadline is set
	forced bool // it is somebody's who knows better: the handler's, or the end of a request
}

// enter begins a phase. What was forced upon the last one ends with it.
func (c *conn) enter(p phase) {
	d := &c.deadlines
	d.mu.Lock()
	defer d.mu.Unlock()
	d.phase, d.forced = p, false
	if d.armed {
		d.armed = false
		c.SetReadDeadline(time.Time{})
	}
}

// beforeRead is called when a read may have to wait.
func (c *conn) beforeRead() {
	d := &c.deadlines
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.forced || d.armed && d.phase != bodyPhase {
		return
	}
	var limit time.Duration
	switch d.phase {
	case idlePhase:
		limit = c.set.idle
	case headPhase:
		limit = c.set.head
	case bodyPhase:
		limit = c.set.read
	}
	if limit > 0 {
		d.armed = true
		c.ReadWithin(limit)
	}
}

// force sets the read deadline for the rest of the phase, and interrupts a read.
func (c *conn) force(t time.Time) error {
	d := &c.deadlines
	d.mu.Lock()
	defer d.mu.Unlock()
	d.armed, d.forced = true, true
	return c.SetReadDeadline(t)
}
