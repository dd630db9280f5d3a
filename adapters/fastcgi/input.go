package fastcgi

import (
	"errors"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/serve"
	"github.com/gangplank-web/gangplank/adapters/internal/spool"
)

// input is what a request has to be read besides its parameters. A nil one is
// that of most requests: nothing.
type input struct {
	stdin stream
	body  spool.Body
	data  *Data // of the filter role, else nil
}

// lookAhead reads the body, if that is worth while, to watch the connection behind it.
func (in *input) lookAhead() {
	if in != nil {
		in.body.LookBehind(in.stdin.want)
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
	if in == nil {
		return
	}
	in.body.Close()
	if in.data != nil {
		in.data.body.Close()
	}
}

// drain reads to the end, and reports whether it came there.
func (in *input) drain(d time.Duration) error {
	if in == nil {
		return nil
	}
	err := in.body.Finish(d)
	if in.data == nil {
		return err
	}
	if err != nil {
		d = 0
	}
	return errors.Join(err, in.data.body.Finish(d))
}

// received is how much has come.
func (in *input) received() (n int64) {
	if in == nil {
		return 0
	}
	n = in.stdin.got.Load()
	if in.data != nil {
		n += in.data.stream.got.Load()
	}
	return n
}

// openBody finds out whether there is a body. Where CONTENT_LENGTH does not say,
// the first record of STDIN does, which is waited for; otherwise it is only
// looked at if it is there already, as the end of STDIN mostly is.
func (rq *request) openBody(r *http.Request) error {
	if rq.role == roleAuthorizer { // it gets no STDIN (section 6.3), though some send its end
		rq.InputEnded.Store(true)
		return nil
	}
	if rq.role == roleFilter {
		rq.openInput(r)
		rq.openData(r)
	}
	if err := rq.firstStdin(r.ContentLength < 0); err != nil {
		return err
	}
	if rq.InputEnded.Load() && r.ContentLength <= 0 {
		r.ContentLength = 0
		return nil
	}
	if rq.input == nil {
		rq.openInput(r)
	}
	if r.ContentLength != 0 { // a length of 0 is believed, as in net/http
		r.Body = &rq.input.body
	}
	rq.conn.Deadlines.Enter(serve.BodyPhase)
	return nil
}

func (rq *request) openInput(r *http.Request) {
	rq.input = new(input)
	rq.input.stdin = stream{rq: rq, kind: typeStdin, want: r.ContentLength, closed: rq.InputEnded.Load()}
	rq.input.body.Init(&rq.input.stdin, &rq.conn.set.body)
}

// firstStdin goes on to the first record of STDIN, if it is there or wait is set.
func (rq *request) firstStdin(wait bool) error {
	in := &rq.conn.in
	if wait && !in.buffered() {
		rq.conn.Deadlines.Enter(serve.BodyPhase)
	}
	for wait || in.buffered() {
		rec, err := in.next()
		if err == nil {
			err = rq.receive(rec)
		}
		if err != nil {
			return truncated(err)
		}
		if rec.kind == typeStdin && rec.id == rq.id {
			break
		}
	}
	return nil
}

var (
	errRestarted = errors.New("second BEGIN_REQUEST for a request that is being answered")
	errDataFirst = errors.New("record of a filter's data before the end of its body")
)

// receive deals with a record that came after the request's parameters, but for
// the content of its streams. ErrAborted spoils nothing.
func (rq *request) receive(rec record) error {
	switch {
	case rec.id != rq.id:
		return rq.conn.stray(rec)
	case rec.kind == typeAbortRequest:
		rq.aborted.Store(true)
		rq.Exchange.Cancel(ErrAborted)
		return ErrAborted
	case rec.kind == typeBeginRequest:
		// Its refusal could not be told from the end of the one that runs.
		return errRestarted
	case rec.kind == typeData && rq.role == roleFilter && !rq.input.data.opened:
		return errDataFirst // its end would free the connection for others, while the body is read
	case rec.length > 0 || rq.InputEnded.Load():
	case rec.kind == typeStdin:
		rq.stdinEnded()
	case rec.kind == typeData && rq.role == roleFilter:
		rq.input.data.stream.closed = true
		rq.EndInput()
	}
	return nil
}

// stdinEnded notes the first end of STDIN. Whoever read it may still look at closed
// while another goroutine has gone on to what follows.
func (rq *request) stdinEnded() {
	if rq.role == roleFilter && rq.input.data.opened {
		return
	}
	if rq.input != nil {
		rq.input.stdin.closed = true
	}
	if rq.role == roleFilter {
		rq.input.data.open()
	} else {
		rq.EndInput()
	}
}

// stream is one of a request's input streams, STDIN or DATA: a spool.Source.
type stream struct {
	rq     *request
	want   int64 // the length announced, or less than 0
	got    atomic.Int64
	kind   recordType
	closed bool // its last record has come
}

// Read implements spool.Source. It returns io.EOF together with the last bytes
// where the front server sent the end of the stream along with them.
func (s *stream) Read(p []byte) (n int, err error) {
	in := &s.rq.conn.in
	for !s.closed {
		if in.left > 0 && in.rec.kind == s.kind && in.rec.id == s.rq.id && !s.full() {
			n, err = in.read(s.within(p))
			s.got.Add(int64(n))
			if err != nil || in.left > 0 || !in.buffered() {
				return n, s.failed(err)
			}
		}
		if err = s.advance(); err != nil || n > 0 && !s.closed {
			return n, err
		}
	}
	// A body that is shorter than announced must not pass for a whole one: the
	// client went away.
	if s.got.Load() < s.want {
		return n, io.ErrUnexpectedEOF
	}
	return n, io.EOF
}

// full reports whether all that was announced has come. What comes more is
// skipped: in net/http it would not be the body's either, and a handler that counts
// on r.ContentLength must not be given more.
func (s *stream) full() bool { return s.want >= 0 && s.got.Load() >= s.want }

// within cuts p to what may still come.
func (s *stream) within(p []byte) []byte {
	if s.want < 0 {
		return p
	}
	return p[:min(int64(len(p)), s.want-s.got.Load())]
}

// advance goes on to the next record.
func (s *stream) advance() error {
	rec, err := s.rq.conn.in.next()
	if err == nil {
		err = s.rq.receive(rec)
	}
	return s.failed(err)
}

// failed deals with an error of the connection. Time that has run out is none:
// the handler may have more of it.
func (s *stream) failed(err error) error {
	if ne := net.Error(nil); err == nil || err == ErrAborted || errors.As(err, &ne) && ne.Timeout() {
		return err
	}
	s.rq.Lose(err)
	return truncated(err)
}

// SetReadDeadline implements spool.Source.
func (s *stream) SetReadDeadline(t time.Time) error { return s.rq.conn.Deadlines.Force(t) }
