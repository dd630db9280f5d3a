package fastcgi

import (
	"errors"
	"fmt"
	"io"

	"github.com/gangplank-web/gangplank/adapters/internal/netbuf"
)

// records reads a connection record by record, and the content of each in
// whatever pieces it comes. After an error that is a timeout it can go on where
// it was, in the middle of a head too: the watch for an abort is interrupted
// like that.
type records struct {
	src    netbuf.Reader
	before func() // called before a read that may have to wait

	rec  record // the current one
	left int    // what has not been read of its content
	skip int    // what is to be skipped after that
}

// errLongRecord is returned for a record of fixed layout that is far too long.
var errLongRecord = errors.New("record too long for its type")

// finish skips what is left of the current record.
func (r *records) finish() error {
	r.skip += r.left
	r.left = 0
	for r.skip > 0 {
		n := min(r.skip, len(r.src.Buffered()))
		r.src.Discard(n)
		if r.skip -= n; r.skip > 0 {
			if err := r.fill(); err != nil {
				return err
			}
		}
	}
	return nil
}

// between reports whether nothing is there of a record that has not ended.
func (r *records) between() bool { return r.left+r.skip+len(r.src.Buffered()) == 0 }

// await waits for the first byte of the next record, after finish. io.EOF is the
// end of the connection between two records.
func (r *records) await() error {
	_, err := r.peek(1)
	return err
}

// next goes on to the next record and returns its head, or io.EOF as await does.
func (r *records) next() (record, error) {
	if err := r.finish(); err != nil {
		return record{}, err
	}
	head, err := r.peek(headerLen)
	if err != nil {
		return record{}, err
	}
	rec, err := parseRecord(head)
	if err != nil {
		return record{}, err
	}
	r.src.Discard(headerLen)
	r.rec, r.left, r.skip = rec, rec.length, rec.padding
	return rec, nil
}

// buffered reports whether the head of the next record is there, so that next
// does not have to wait.
func (r *records) buffered() bool {
	return len(r.src.Buffered()) >= r.left+r.skip+headerLen
}

// content returns the whole content of the current record, which may not be
// longer than limit. It is valid until the next read.
func (r *records) content(limit int) ([]byte, error) {
	if r.left > limit {
		return nil, fmt.Errorf("%w: type %d with %d bytes", errLongRecord, r.rec.kind, r.left)
	}
	b, err := r.peek(r.left)
	if err != nil {
		return nil, truncated(err)
	}
	r.skip += r.left // it stays in the buffer until next
	r.left = 0
	return b, nil
}

// complete reports whether the whole content is buffered.
func (r *records) complete() bool { return r.left <= len(r.src.Buffered()) }

// appendTo appends what is left of the content to b, piece by piece as it comes:
// what a length announces costs nothing before it is there.
func (r *records) appendTo(b []byte) ([]byte, error) {
	for r.left > 0 {
		if len(r.src.Buffered()) == 0 {
			if err := r.fill(); err != nil {
				return b, err
			}
		}
		p := r.src.Buffered()
		p = p[:min(len(p), r.left)]
		b = append(b, p...)
		r.src.Discard(len(p))
		r.left -= len(p)
	}
	return b, nil
}

// read reads from the current record's content.
func (r *records) read(p []byte) (int, error) {
	if len(p) > r.left {
		p = p[:r.left]
	}
	if len(p) == 0 {
		return 0, nil
	}
	if len(r.src.Buffered()) == 0 {
		r.before()
	}
	n, err := r.src.Read(p)
	r.left -= n
	return n, truncated(err)
}

func (r *records) peek(n int) ([]byte, error) {
	if len(r.src.Buffered()) < n {
		r.before()
	}
	if n == 0 {
		return nil, nil
	}
	return r.src.Peek(n)
}

func (r *records) fill() error {
	r.before()
	return truncated(r.src.Fill())
}

// truncated is err where the connection must not end.
func truncated(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
