package compress

import (
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"

	"github.com/gangplank-web/gangplank"
)

// pool holds encoders, which are large, for their next use. What is not used for
// a while, the garbage collector takes.
type pool struct{ sync.Pool }

func newPool(e Encoding) *pool {
	p := new(pool)
	p.New = func() any { return &pooled{Encoder: e.NewEncoder(), pool: p} }
	return p
}

// pooled is an encoder that writes to itself, so that it need not be reset a
// second time in order to forget the response it wrote to.
type pooled struct {
	Encoder
	pool *pool
	dst  io.Writer
}

type destination pooled

func (d *destination) Write(p []byte) (int, error) { return d.dst.Write(p) }

func (p *pool) get(dst io.Writer) *pooled {
	e := p.Get().(*pooled)
	e.dst = dst
	e.Reset((*destination)(e))
	return e
}

func (e *pooled) release() {
	e.dst = nil
	e.pool.Put(e)
}

// response is one response that is encoded, and the gangplank.Encoder of its body.
type response struct {
	c       *compressor
	pool    *pool
	encoder *pooled // nil before Open and after Close
	begun   bool    // padded, if that is asked for

	inHandler bool      // the handler has not returned yet
	counted   bool      // as one of c.streams
	outer     *response // where two layers encode the same request's response

	name [1]string // of the coding, as the value of Content-Encoding
}

// Open takes an encoder, now that there is something to encode.
func (s *response) Open(dst io.Writer) gangplank.Encoder {
	s.encoder = s.pool.get(dst)
	s.begun = s.c.padding == 0
	if s.inHandler {
		s.counted = true
		s.c.streams.Add(1)
	}
	return s
}

// begin pads the body, once the first of it is to be sent: in open the head is
// not out yet.
func (s *response) begin() error {
	if s.encoder == nil {
		return errClosed
	}
	if s.begun {
		return nil
	}
	s.begun = true
	return s.encoder.Encoder.(padder).Pad(rand.IntN(s.c.padding + 1))
}

var errClosed = errors.New("compress: written to after the end of the response")

// Write encodes p.
func (s *response) Write(p []byte) (int, error) {
	if err := s.begin(); err != nil {
		return 0, err
	}
	return s.encoder.Write(p)
}

// Flush sends what was written, so that the client can decode it.
func (s *response) Flush() error {
	if err := s.begin(); err != nil {
		return err
	}
	return s.encoder.Flush()
}

// Close ends the body and gives the encoder back.
func (s *response) Close() error {
	if err := s.begin(); err != nil {
		return err
	}
	e := s.encoder
	s.encoder = nil
	err := e.Close()
	if err == nil {
		e.release()
	}
	return err
}

// leave ends the part of a request's response in the count of streams: its
// handler has returned, or panicked. The encoder itself is not given back before
// Close, which a broken response does not reach: layers further out may still
// write.
func (c *compressor) leave(r *http.Request) {
	if c.streams.Load() == 0 {
		return // so none of ours is counted
	}
	for s := states.Get(r); s != nil && s != off; s = s.outer {
		s.inHandler = false
		if s.counted {
			s.counted = false
			s.c.streams.Add(-1)
		}
	}
}
