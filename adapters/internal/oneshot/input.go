package oneshot

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/serve"
	"github.com/gangplank-web/gangplank/adapters/internal/spool"
)

// input is a request's body. A nil one is that of most requests: nothing.
type input struct {
	x     *exchange
	body  spool.Body
	sized spool.Sized  // of the connection
	src   spool.Source // sized, or what the protocol makes of the connection
	want  int64        // the length announced, or less than 0
}

// lookAhead reads the body, if that is worth while, to watch the connection behind it.
func (in *input) lookAhead() {
	if in != nil {
		in.body.LookBehind(in.want)
	}
}

// readAhead makes sure that the front server is being read.
func (in *input) readAhead() {
	if in != nil {
		in.body.ReadAhead()
	}
}

// close ends the handler's reading.
func (in *input) close() {
	if in != nil {
		in.body.Close()
	}
}

// finish reads to the end, and returns an error if it did not come there.
func (in *input) finish(d time.Duration) error {
	if in == nil {
		return nil
	}
	return in.body.Finish(d)
}

// openBody finds out whether there is a body.
func (x *exchange) openBody(r *http.Request) error {
	var in *input
	var rest, sized spool.Source
	if r.ContentLength != 0 {
		in = &input{x: x, want: r.ContentLength}
		rest = (*wire)(x)
	}
	if r.ContentLength > 0 {
		in.sized = spool.Sized{Source: rest, N: r.ContentLength}
		sized = &in.sized
	}
	src, err := x.conn.Open(r, &x.facts, rest, sized)
	if err != nil || src == nil {
		x.InputEnded.Store(src == nil && err == nil)
		return err
	}
	in.src = src
	in.body.Init(in, &x.conn.body)
	x.input = in
	r.Body = &in.body
	x.conn.Deadlines.Enter(serve.BodyPhase)
	return nil
}

// Read implements spool.Source.
func (in *input) Read(p []byte) (int, error) {
	n, err := in.src.Read(p)
	if err == io.EOF {
		in.x.EndInput()
	}
	return n, err
}

// SetReadDeadline implements spool.Source.
func (in *input) SetReadDeadline(t time.Time) error { return in.src.SetReadDeadline(t) }

// wire is what follows the head on the connection, as a spool.Source.
type wire exchange

// Read implements spool.Source.
func (x *wire) Read(p []byte) (int, error) {
	c := x.conn
	if len(c.in.Buffered()) == 0 {
		c.Deadlines.BeforeRead()
	}
	n, err := c.in.Read(p)
	// Time that has run out is no loss: the handler may have more of it.
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		x.Lose(err)
	}
	return n, err
}

// SetReadDeadline implements spool.Source.
func (x *wire) SetReadDeadline(t time.Time) error { return x.conn.Deadlines.Force(t) }
