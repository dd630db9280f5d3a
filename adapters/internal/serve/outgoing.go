package serve

import (
	"net"
	"sync"
)

const (
	outSize  = 16 << 10 // what is collected before it is sent
	outSpare = 32       // for what the protocol has to say after it

	// MaxParts is the most frames of what is not collected that are sent with one
	// call; HeadLen is the length of what goes before each.
	MaxParts = 32
	HeadLen  = 8
)

// Outgoing is a part of an answer that has not been sent, and the space that
// sending more along with it takes. B begins with a gap of Service.Gap bytes.
type Outgoing struct {
	B    []byte
	Open int // where in B the frame that still grows has its content; 0 is none

	Heads [MaxParts][HeadLen]byte
	Vec   [2*MaxParts + 2][]byte
	Bufs  net.Buffers // of Vec
}

var outgoings = sync.Pool{New: func() any { return &Outgoing{B: make([]byte, 0, outSize+outSpare)} }}

// Room is how much more can be collected. It is negative after a header of
// unusual size.
func (o *Outgoing) Room() int { return outSize - len(o.B) }

// release gives o back, unless a header of unusual size has made it grow. What
// was sent is in Bufs no more.
func (o *Outgoing) release() {
	clear(o.Bufs)
	o.Bufs, o.Open = nil, 0
	if cap(o.B) == outSize+outSpare {
		outgoings.Put(o)
	}
}
