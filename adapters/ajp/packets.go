package ajp

import (
	"errors"
	"fmt"
	"io"

	"github.com/gangplank-web/gangplank/adapters/internal/netbuf"
)

// packets reads a connection packet by packet, and the content of each in
// whatever pieces it comes. After an error that is a timeout it can go on where
// it was: the watch is interrupted like that.
type packets struct {
	src    netbuf.Reader
	before func() // called before a read that may have to wait
	limit  int    // the most that a packet may hold

	left int // what has not been read of the current packet
}

// errTooLong is returned for a packet that is longer than the packet size.
var errTooLong = errors.New("packet too long")

// finish skips what is left of the current packet.
func (p *packets) finish() error {
	for p.left > 0 {
		if err := p.fill(); err != nil {
			return err
		}
		p.discard(min(p.left, len(p.src.Buffered())))
	}
	return nil
}

// between reports whether nothing is there of a packet that has not ended.
func (p *packets) between() bool { return p.left+len(p.src.Buffered()) == 0 }

// await waits for the first byte of the next packet, after finish. io.EOF is the end
// of the connection between two packets.
func (p *packets) await() error {
	_, err := p.peek(1)
	return err
}

// next goes on to the next packet and returns its length, or io.EOF as await does.
func (p *packets) next() (length int, err error) {
	if err := p.finish(); err != nil {
		return 0, err
	}
	head, err := p.peek(headerLen)
	if err != nil {
		return 0, err
	}
	length, err = parseHeader(head)
	if err != nil {
		return 0, err
	}
	p.src.Discard(headerLen)
	p.left = length
	if length > p.limit {
		return length, fmt.Errorf("%w: %d bytes", errTooLong, length+headerLen)
	}
	return length, nil
}

// content returns the whole content of the current packet. It is valid until the
// next read. What a length announces costs nothing before it is there.
func (p *packets) content() ([]byte, error) {
	if p.left <= netbuf.Size {
		b, err := p.peek(p.left)
		return b, truncated(err)
	}
	var b []byte
	for p.left > 0 {
		if err := p.fill(); err != nil {
			return nil, err
		}
		piece := p.src.Buffered()
		piece = piece[:min(p.left, len(piece))]
		b = append(b, piece...)
		p.discard(len(piece))
	}
	return b, nil
}

// discard removes n bytes of the current packet.
func (p *packets) discard(n int) {
	p.src.Discard(n)
	p.left -= n
}

// read reads from the current packet's content.
func (p *packets) read(b []byte) (int, error) {
	if len(b) > p.left {
		b = b[:p.left]
	}
	if len(b) == 0 {
		return 0, nil
	}
	if len(p.src.Buffered()) == 0 {
		p.before()
	}
	n, err := p.src.Read(b)
	p.left -= n
	return n, truncated(err)
}

// empty is the length of a packet without data: the end of a body, which lighttpd
// also sends after a request that has none.
func (p *packets) empty() (bool, error) {
	if p.left != 2 {
		return p.left == 0, nil
	}
	b, err := p.peek(2)
	if err != nil {
		return false, truncated(err)
	}
	return b[0] == 0 && b[1] == 0, nil
}

func (p *packets) peek(n int) ([]byte, error) {
	if len(p.src.Buffered()) < n {
		p.before()
	}
	if n == 0 {
		return nil, nil
	}
	return p.src.Peek(n)
}

// fill waits until something is buffered.
func (p *packets) fill() error {
	if len(p.src.Buffered()) > 0 {
		return nil
	}
	p.before()
	return truncated(p.src.Fill())
}

// truncated is err where the connection must not end.
func truncated(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
