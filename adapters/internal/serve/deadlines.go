package serve

import (
	"net"
	"sync"
	"time"
)

// Phase is what a connection is being read for, which decides how long that may
// take.
type Phase uint8

const (
	IdlePhase  Phase = iota // waiting for a request
	HeadPhase               // up to the end of what comes before the body: one deadline for all reads
	BodyPhase               // one for each read
	WatchPhase              // none: the handler takes what time it likes
)

// Timeouts are those of all of a server's connections. 0 is none.
type Timeouts struct{ Head, Read, Write, Idle time.Duration }

// NewTimeouts fills in the defaults of a Server's fields.
func NewTimeouts(head, read, write, idle time.Duration) Timeouts {
	return Timeouts{
		Head:  Default(head, 10*time.Second),
		Read:  Default(read, time.Minute),
		Write: Default(write, time.Minute),
		Idle:  max(idle, 0),
	}
}

// Deadlines sets a connection's read deadline, and only where a read has to
// wait: a request that arrives in one piece costs none of these calls, each of
// which is a good part of a microsecond.
type Deadlines struct {
	conn     net.Conn
	timeouts *Timeouts

	mu     sync.Mutex
	phase  Phase
	armed  bool // a deadline is set
	forced bool // it is somebody's who knows better: the handler's, or the end of a request
}

// Init prepares d for a connection, which is in its IdlePhase.
func (d *Deadlines) Init(conn net.Conn, timeouts *Timeouts) { d.conn, d.timeouts = conn, timeouts }

// Enter begins a phase. What was forced upon the last one ends with it.
func (d *Deadlines) Enter(p Phase) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.phase, d.forced = p, false
	if d.armed {
		d.armed = false
		d.conn.SetReadDeadline(time.Time{})
	}
}

// AwaitMessage goes on to the next message of a connection that is in its HeadPhase:
// finish skips what is left of the current one, await waits for the first byte of the
// next. p says whether the connection is idle meanwhile, which it can only be between
// two messages: who stops within one is not waited for any longer than who stops
// within a request's head.
func (d *Deadlines) AwaitMessage(p Phase, finish, await func() error) error {
	if err := finish(); err != nil || p != IdlePhase {
		return err
	}
	d.Enter(IdlePhase)
	if err := await(); err != nil {
		return err
	}
	d.Enter(HeadPhase)
	return nil
}

// BeforeRead is called when a read may have to wait.
func (d *Deadlines) BeforeRead() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.forced || d.armed && d.phase != BodyPhase {
		return
	}
	var limit time.Duration
	switch d.phase {
	case IdlePhase:
		limit = d.timeouts.Idle
	case HeadPhase:
		limit = d.timeouts.Head
	case BodyPhase:
		limit = d.timeouts.Read
	}
	if limit > 0 {
		d.armed = true
		d.conn.SetReadDeadline(after(limit))
	}
}

// Force sets the read deadline for the rest of the phase, and interrupts a read.
func (d *Deadlines) Force(t time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.armed, d.forced = true, true
	return d.conn.SetReadDeadline(t)
}
