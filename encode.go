package gangplank

import (
	"bytes"
	"io"
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
// hook, which also corrects the header; open is called after the last hook, and
// not at all if one of those further out discards the body. Of two transforms
// the one installed first, by the inner layer, gets the handler's bytes.
//
// A response that breaks off never reaches Close: pooled encoders should be given
// back there.
func (w *Writer) Encode(open func(dst io.Writer) Encoder) {
	if w.state != committing {
		panic("gangplank: Writer.Encode called outside of a BeforeHead hook")
	}
	w.encoders = append(w.encoders, open)
}

// openEncoder opens the installed transforms, the outermost first.
func (w *Writer) openEncoder() {
	if len(w.encoders) == 0 || !bodyAllowed(w.status) || w.bodyless {
		return
	}
	dst := io.Writer((*below)(w))
	for i := len(w.encoders) - 1; i >= 0; i-- {
		enc := w.encoders[i](dst)
		if w.encoder == nil {
			w.encoder = enc
		} else {
			w.encoder = encoderPair{enc, w.encoder}
		}
		dst = enc
	}
	w.encoders = nil
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
	if b.collect != nil {
		return b.collect.Write(p)
	}
	n, err := b.under.Write(p)
	b.sent += int64(n)
	return n, err
}

// encodeHeld runs a whole body through the transforms before the head goes out,
// so that the head can state the encoded length.
func (w *Writer) encodeHeld() {
	encoded := bytes.NewBuffer(make([]byte, 0, 512+w.held.len()/2))
	w.collect = encoded
	_, err := w.encoder.Write(w.hold().body)
	if err == nil {
		err = w.encoder.Close()
	}
	w.collect, w.encoder = nil, nil
	if err != nil {
		// Encoders into memory do not fail; should one, a broken body must not
		// look whole.
		w.c.Logger().Error("encoding the response failed", "error", err)
	}
	w.held.body = append(w.held.body[:0], encoded.Bytes()...)
}
