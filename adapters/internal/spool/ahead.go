package spool

import (
	"fmt"
	"io"
	"math"
	"runtime/debug"
)

// ReadAhead makes sure that the body is being read while the adapter writes:
// until its end a goroutine reads it into memory and then into a file. Call it
// before every write; it costs one atomic load when there is nothing to do.
//
// A source that has delivered its io.EOF needs no goroutine, so it is worth
// while for a Source to return that error together with the last bytes.
func (b *Body) ReadAhead() {
	if b.busy.Load() || b.src == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.busy.Swap(true) {
		b.readUpTo(math.MaxInt64)
	}
}

// LookAhead is ReadAhead for the sake of what comes after the body: a goroutine
// reads the next n bytes of it, unless that is more than memory may hold. It is for
// a body of which nobody knows whether it is short.
func (b *Body) LookAhead(n int64) {
	if b.src == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.busy.Load() {
		b.readUpTo(b.taken + min(n, b.limits.memory()))
	}
}

// SmallBody is up to which length a body is read ahead only in order to watch the
// connection behind it.
const SmallBody = 64 << 10

// LookBehind reads a body that is small, or may be, up to and including its end.
// length is negative if it is not known.
func (b *Body) LookBehind(length int64) {
	if length <= SmallBody {
		b.LookAhead(SmallBody + 1)
	}
}

// readUpTo makes sure that the first n bytes of the body are being read. The caller
// holds mu.
func (b *Body) readUpTo(n int64) {
	b.upTo = max(b.upTo, n)
	if b.ahead || b.taken >= n {
		return
	}
	if b.kept == nil {
		b.kept = &store{limits: b.limits}
	}
	b.ahead = true
	go b.readAhead()
}

// readAhead is the goroutine. It ends with the source; a timeout ends it too,
// because the deadline is the handler's, which shall see it and may set another.
func (b *Body) readAhead() {
	p := blocks.Get().(*block)
	defer blocks.Put(p)
	b.mu.Lock()
	defer b.mu.Unlock()
	defer b.endAhead()
	for b.reading { // the handler, from another goroutine than the one that writes
		b.changed.Wait()
	}
	for b.end == nil && b.taken < b.upTo {
		n, err := b.pull(p[:min(int64(len(p)), b.upTo-b.taken)])
		b.keep(p[:n])
		if err != nil && b.end == nil {
			b.busy.Store(b.over)
			break
		}
	}
}

// endAhead ends the goroutine, in which a panic would end the process. [Body.Finish]
// panics in its place: that is called where one costs a connection.
func (b *Body) endAhead() {
	if v := recover(); v != nil {
		b.panicked = fmt.Errorf("spool: panic reading a body ahead: %v\n%s", v, debug.Stack())
		b.finish(io.ErrUnexpectedEOF)
	}
	b.ahead = false
	b.changed.Broadcast()
}

// keep stores what was read ahead. What comes after a failure to store is
// discarded: the peer has to be read in any case.
func (b *Body) keep(p []byte) {
	if b.closed || len(p) == 0 {
		return
	}
	if err := b.kept.write(p); err != nil {
		b.err = err
	}
	b.changed.Broadcast()
}

// Sized is the Source of a body that a connection carries without any mark of
// its end: the next N bytes.
type Sized struct {
	Source
	N int64
}

// Read implements Source.
func (s *Sized) Read(p []byte) (int, error) {
	if s.N <= 0 {
		return 0, io.EOF
	}
	n, err := s.Source.Read(p[:min(int64(len(p)), s.N)])
	s.N -= int64(n)
	switch {
	case s.N == 0:
		err = io.EOF
	case err == io.EOF:
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
