// Package wire holds the clients of the benchmarks. They send one prepared
// request over and over, read each answer to its end, and allocate nothing
// while they do, so that every allocation that a benchmark reports is the
// server's.
package wire

import (
	"bufio"
	"fmt"
	"io"
)

// readBuffer is larger than a FastCGI record, so that reading a large answer
// costs the client few calls.
const readBuffer = 128 << 10

// A Protocol is what a client must know of one: how its request looks and where its answer ends.
type Protocol interface {
	// Request returns the bytes of a GET with the given extra header fields.
	// keep asks the server to keep the connection.
	Request(keep bool, extra ...Field) []byte
	// readAnswer reads one answer to its end and returns the number of its body bytes,
	// for FastCGI with the CGI header block.
	readAnswer(r *bufio.Reader) (int, error)
}

// A Field is a header field of a request.
type Field struct{ Name, Value string }

// A Client repeats one request on a connection.
type Client struct {
	protocol Protocol
	request  []byte
	conn     io.ReadWriter
	in       *bufio.Reader
}

// NewClient returns a client that will send request; Reset gives it its connection.
func NewClient(p Protocol, request []byte) *Client {
	return &Client{protocol: p, request: request, in: bufio.NewReaderSize(nil, readBuffer)}
}

// Reset makes the client go on with another connection.
func (c *Client) Reset(conn io.ReadWriter) {
	c.conn = conn
	c.in.Reset(conn)
}

// Do sends the request, reads the answer and returns its size.
func (c *Client) Do() (int, error) {
	if _, err := c.conn.Write(c.request); err != nil {
		return 0, err
	}
	return c.protocol.readAnswer(c.in)
}

// Expect does one request and returns the size of its answer, which must be at least n bytes.
func (c *Client) Expect(n int) (int, error) {
	got, err := c.Do()
	if err == nil && got < n {
		err = fmt.Errorf("wire: answer of %d bytes, want at least %d", got, n)
	}
	return got, err
}
