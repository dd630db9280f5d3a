package cgi

import (
	"io"
	"os"
	"time"
)

// input is the request's body as a spool.Source.
type input struct{ io.Reader }

// SetReadDeadline interrupts a Read where standard input can be interrupted.
func (in input) SetReadDeadline(t time.Time) error {
	if d, ok := in.Reader.(interface{ SetReadDeadline(time.Time) error }); ok {
		return d.SetReadDeadline(t)
	}
	return os.ErrNoDeadline
}

// output is standard output with a buffer before it. What fits in the buffer as
// a whole goes out in one write.
type output struct {
	to    io.Writer
	buf   []byte
	begun bool  // something is out
	err   error // of the first write that failed; none is tried after it
}

// bufferSize takes a response head and what gangplank.Writer held back, and a
// few small writes after that.
const bufferSize = 16 << 10

func (o *output) room() int { return bufferSize - len(o.buf) }

// flush writes the buffer.
func (o *output) flush() error {
	if len(o.buf) == 0 {
		return o.err
	}
	err := o.write(o.buf)
	o.buf = o.buf[:0]
	return err
}

// write writes past the buffer.
func (o *output) write(p []byte) error {
	if o.err == nil {
		o.begun = true
		_, o.err = o.to.Write(p)
	}
	return o.err
}
