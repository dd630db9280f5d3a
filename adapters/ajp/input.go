package ajp

import (
	"errors"
	"io"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/serve"
	"github.com/gangplank-web/gangplank/adapters/internal/spool"
)

// input is a request's body, a spool.Source. A nil one is that of most requests:
// nothing.
//
// The front server sends nothing that it has not been asked for, but for the first
// part of a body whose length it has announced. So it is asked when the handler
// reads, and never because the handler writes: what the handler does not want
// stays where it is, and front servers forward no answer while they wait for a
// client's body.
type input struct {
	rq   *request
	body spool.Body
	want int64 // the length announced, or less than 0
	got  int64

	coming int64       // how much is on its way, at most; at least one packet is
	asked  bool        // for what is coming
	inside bool        // of a packet, whose rest is in.left
	bare   bool        // no inner length is to be expected in that any more
	ended  bool        // the last packet has come
	enough atomic.Bool // nobody wants more than what is on its way
}

// openBody finds out whether there is a body.
func (rq *request) openBody(r *http.Request) {
	if r.ContentLength == 0 {
		rq.InputEnded.Store(true)
		return
	}
	in := &input{rq: rq, want: r.ContentLength}
	if in.want > 0 {
		in.coming = min(in.want, int64(rq.conn.set.packetSize))
	}
	in.body.Init(in, &rq.conn.set.body)
	rq.input = in
	r.Body = &in.body
	rq.conn.Deadlines.Enter(serve.BodyPhase)
}

// close ends the handler's reading.
func (in *input) close() {
	if in != nil {
		in.enough.Store(true)
		in.body.Close()
	}
}

// drain reads what is on its way, for at most d.
func (in *input) drain(d time.Duration) error {
	if in == nil {
		return nil
	}
	return in.body.Finish(d)
}

var errTooMuch = errors.New("body is longer than its Content-Length")

// Read implements spool.Source. It returns io.EOF together with the last bytes of
// a body whose length is known.
func (in *input) Read(p []byte) (n int, err error) {
	for err == nil && n == 0 && !in.ended {
		switch {
		case in.inside:
			n, err = in.read(p)
		case in.coming > 0:
			err = in.advance()
		case in.enough.Load():
			return 0, io.EOF
		default:
			err = in.ask()
		}
	}
	switch {
	case err != nil:
		return n, in.failed(err)
	case !in.ended:
		return n, nil
	case in.got < in.want: // it must not pass for a whole one: the client went away
		return n, io.ErrUnexpectedEOF
	}
	return n, io.EOF
}

// ask asks for the next part.
func (in *input) ask() error {
	c := in.rq.conn
	in.coming, in.asked = c.set.maxAsk(), true
	if in.want >= 0 {
		in.coming = min(in.coming, in.want-in.got)
	}
	return c.Out.Send(&in.rq.Response, appendGetBody(nil, int(in.coming)))
}

// advance goes on to the next packet.
func (in *input) advance() error {
	c := in.rq.conn
	length, err := c.in.next()
	if err == nil {
		in.inside, in.bare = true, c.set.lighttpd || length == 0
	}
	return err
}

// read reads from a packet.
func (in *input) read(p []byte) (n int, err error) {
	packets := &in.rq.conn.in
	if !in.bare {
		if err := in.readInner(packets); err != nil {
			return 0, err
		}
	}
	if packets.left == 0 {
		in.end()
		return 0, nil
	}
	n, err = packets.read(p)
	in.got += int64(n)
	in.coming -= int64(n)
	switch {
	case in.want >= 0 && in.got > in.want:
		return 0, errTooMuch
	case packets.left == 0:
		in.inside = false
		if !in.asked || !in.rq.conn.set.lighttpd {
			in.coming = 0
		}
		if in.got == in.want {
			in.end()
		}
	}
	return n, err
}

// readInner reads the length before a packet's data.
func (in *input) readInner(packets *packets) error {
	if packets.left < innerLength {
		return errBodyLength
	}
	b, err := packets.peek(innerLength)
	if err != nil {
		return err
	}
	if err := checkInner(b, packets.left); err != nil {
		return err
	}
	packets.discard(innerLength)
	in.bare = true
	return nil
}

// end notes that nothing more comes.
func (in *input) end() {
	in.ended, in.coming = true, 0
	in.rq.EndInput()
}

// failed deals with an error of the connection. Time that has run out is none:
// the handler may have more of it.
func (in *input) failed(err error) error {
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		in.rq.Lose(err)
	}
	return truncated(err)
}

// SetReadDeadline implements spool.Source.
func (in *input) SetReadDeadline(t time.Time) error { return in.rq.conn.Deadlines.Force(t) }
