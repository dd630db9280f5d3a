package gangplank

import (
	"io"
	"net/http"
	"slices"
	"sync"
)

// Encoder is a transform of the body's bytes, such as a compressor. Flush makes
// all that was written readable at the other end; Close ends the encoded body
// and does not close what is below. gzip.Writer and zstd.Encoder are Encoders.
type Encoder interface {
	io.Writer
	Flush() error
	Close() error
}

// Encode puts a transform between what the handler writes, held-back bytes
// included, and what is sent. It may only be called in a [Writer.BeforeHead]
// hook, which also corrects the header, but for the Content-Length; open is
// called after the last hook, and not at all if one of those further out discards
// the body. It must not write yet: the head is not out. Of two transforms
// the one installed first, by the inner layer, gets the handler's bytes.
//
// A response that breaks off never reaches Close: pooled encoders should be given
// back there.
func (w *Writer) Encode(open func(dst io.Writer) Encoder) { w.EncodeWith(openFunc(open)) }

// EncodeWith is [Writer.Encode] without a closure: for a hook that keeps what it
// knows about the response in a value anyway.
func (w *Writer) EncodeWith(o EncoderOpener) {
	if w.state != committing {
		panic("gangplank: Writer.Encode called outside of a BeforeHead hook")
	}
	if w.encoding == nil {
		w.encoding = encodingPool.Get().(*encoding)
		w.encoding.openers = w.encoding.room[:0]
	}
	w.encoding.openers = append(w.encoding.openers, o)
	delete(w.Header(), "Content-Length") // that of the body as it was
}

// EncoderOpener opens the transform of one response; see [Writer.Encode].
type EncoderOpener interface {
	Open(dst io.Writer) Encoder
}

type openFunc func(dst io.Writer) Encoder

// Open calls f.
func (f openFunc) Open(dst io.Writer) Encoder { return f(dst) }

// encoding is the transforms of one response, pooled like what is held back. Its
// methods take nil for none.
type encoding struct {
	openers []EncoderOpener // as installed, the innermost first
	room    [1]EncoderOpener
	enc     Encoder   // all of them in one; nil before the head and after Close
	collect *heldBack // while a whole body is encoded: where to
}

var encodingPool = sync.Pool{New: func() any { return new(encoding) }}

func (e *encoding) opened() bool { return e != nil && e.enc != nil }

// open opens the transforms, the outermost, which is next to dst, first.
func (e *encoding) open(dst io.Writer) {
	for _, o := range slices.Backward(e.openers) {
		enc := o.Open(dst)
		dst = enc
		if e.enc != nil {
			enc = encoderPair{enc, e.enc}
		}
		e.enc = enc
	}
}

func (e *encoding) flush() error {
	if !e.opened() {
		return nil
	}
	return e.enc.Flush()
}

// finishEncoding closes what is open, and gives the rest back.
func (w *Writer) finishEncoding() {
	e := w.encoding
	if e == nil {
		return
	}
	if e.opened() {
		w.abortIfShort()
		_ = e.close() // the client went away: nobody is left to be told
	}
	w.encoding = nil
	*e = encoding{}
	encodingPool.Put(e)
}

func (e *encoding) close() error {
	enc := e.enc
	e.enc = nil
	return enc.Close()
}

// encoderPair is one transform before another.
type encoderPair struct{ first, next Encoder }

func (p encoderPair) Write(b []byte) (int, error) { return p.first.Write(b) }

func (p encoderPair) Flush() error {
	if err := p.first.Flush(); err != nil {
		return err
	}
	return p.next.Flush()
}

func (p encoderPair) Close() error {
	if err := p.first.Close(); err != nil {
		return err
	}
	return p.next.Close()
}

// below is a Writer seen from its transforms: where encoded bytes come out.
type below Writer

func (b *below) Write(p []byte) (int, error) {
	if c := b.encoding.collect; c != nil {
		c.body = append(c.body, p...)
		return len(p), nil
	}
	n, err := b.under.Write(p)
	(*Writer)(b).count(int64(n), err)
	return n, err
}

// encodeHeld runs a whole body through the transforms before the head goes out,
// so that the head can state the encoded length.
func (w *Writer) encodeHeld() {
	w.abortIfShort()
	e := w.encoding
	e.collect = heldPool.Get().(*heldBack)
	_, err := e.enc.Write(w.hold().body)
	if closing := e.close(); err == nil {
		err = closing
	}
	if err != nil { // into memory: only a broken encoder fails, and its output must not look whole
		w.c.Logger().Error("encoding the response failed", "error", err)
		panic(http.ErrAbortHandler)
	}
	w.release()
	w.held, e.collect = e.collect, nil
}

// abortIfShort breaks a response off of which less was written than its handler
// declared. The server would see to that, but the length that it has been told,
// if any, is the encoded one.
func (w *Writer) abortIfShort() {
	if w.length > w.written && !w.replaced {
		panic(http.ErrAbortHandler)
	}
}
