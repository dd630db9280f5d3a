package adaptertest

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
)

// FastCGI is an http.RoundTripper that speaks FastCGI 1.0 in the responder role,
// as a front server does: one request at a time on a connection, the body sent
// beside the answer. An answer whose END_REQUEST does not come has broken off.
type FastCGI struct {
	// Dial opens a connection to the server.
	Dial func(ctx context.Context) (net.Conn, error)
	// Mount is the variable SCRIPT_NAME.
	Mount string
	// Keep sets FCGI_KEEP_CONN and uses connections again.
	Keep bool

	mu   sync.Mutex
	idle []*fcgiConn
}

// RoundTrip sends r and returns as soon as the head of the answer is there.
func (t *FastCGI) RoundTrip(r *http.Request) (*http.Response, error) {
	c, err := t.take(r.Context())
	if err != nil {
		return nil, err
	}
	c.sent, c.sendErr = make(chan struct{}), nil
	c.quit = context.AfterFunc(r.Context(), func() { c.conn.Close() })
	go c.send(r)
	res, err := ReadGatewayResponse(c, r)
	if err != nil {
		c.conn.Close()
		return nil, err
	}
	res.Body = struct {
		io.Reader
		io.Closer
	}{res.Body, c}
	return res, nil
}

// CloseIdleConnections closes the connections that wait for a next request.
func (t *FastCGI) CloseIdleConnections() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range t.idle {
		c.conn.Close()
	}
	t.idle = nil
}

func (t *FastCGI) take(ctx context.Context) (*fcgiConn, error) {
	t.mu.Lock()
	if n := len(t.idle); n > 0 {
		c := t.idle[n-1]
		t.idle = t.idle[:n-1]
		t.mu.Unlock()
		c.ended = false
		return c, nil
	}
	t.mu.Unlock()
	conn, err := t.Dial(ctx)
	if err != nil {
		return nil, err
	}
	return &fcgiConn{t: t, conn: conn, r: bufio.NewReader(conn)}, nil
}

// An fcgiConn is a connection, and the answer that is being read from it.
type fcgiConn struct {
	t       *FastCGI
	conn    net.Conn
	r       *bufio.Reader
	quit    func() bool
	sent    chan struct{} // closed when the request has been sent
	sendErr error

	left    int // of the STDOUT record that is being read
	padding int
	ended   bool
}

func (c *fcgiConn) send(r *http.Request) {
	defer close(c.sent)
	begin := []byte{0, 1, 0, 0, 0, 0, 0, 0}
	if c.t.Keep {
		begin[2] = 1
	}
	var params []byte
	for name, value := range Variables(r, c.t.Mount) {
		params = appendFCGIPair(params, name, value)
	}
	head := appendFCGIStream(appendFCGIRecord(nil, fcgiBegin, begin), fcgiParams, params)
	_, c.sendErr = c.conn.Write(appendFCGIRecord(head, fcgiParams, nil))
	if r.Body != nil && c.sendErr == nil {
		defer r.Body.Close()
		if n, err := io.Copy(fcgiStdinWriter{c.conn}, r.Body); err != nil || r.ContentLength > n {
			// A front server whose client has gone closes the connection.
			c.conn.Close()
			c.sendErr = io.ErrUnexpectedEOF
			return
		}
	}
	if c.sendErr == nil {
		_, c.sendErr = c.conn.Write(appendFCGIRecord(nil, fcgiStdin, nil))
	}
}

// Read reads STDOUT up to END_REQUEST.
func (c *fcgiConn) Read(p []byte) (int, error) {
	for c.left == 0 {
		if c.ended {
			return 0, io.EOF
		}
		if err := c.next(); err != nil {
			c.conn.Close()
			return 0, err
		}
	}
	n, err := c.r.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, cut(err)
}

// next reads record heads up to one with content for us.
func (c *fcgiConn) next() error {
	if _, err := c.r.Discard(c.padding); err != nil {
		return cut(err)
	}
	var head [8]byte
	if _, err := io.ReadFull(c.r, head[:]); err != nil {
		return cut(err)
	}
	length := int(binary.BigEndian.Uint16(head[4:]))
	c.padding = int(head[6])
	switch {
	case head[0] != 1 || binary.BigEndian.Uint16(head[2:]) != 1:
		return fmt.Errorf("a record for nobody: % x", head)
	case head[1] == fcgiStdout:
		c.left = length
		return nil
	case head[1] == fcgiStderr:
		_, err := c.r.Discard(length)
		return cut(err)
	case head[1] == fcgiEnd && length == 8:
		return c.end()
	}
	return fmt.Errorf("an unexpected record: % x", head)
}

// end reads END_REQUEST and parts with the connection.
func (c *fcgiConn) end() error {
	var body [8]byte
	if _, err := io.ReadFull(c.r, body[:]); err != nil {
		return cut(err)
	}
	if body[4] != 0 {
		return fmt.Errorf("END_REQUEST with protocol status %d", body[4])
	}
	c.ended = true
	if _, err := c.r.Discard(c.padding); err != nil {
		return cut(err)
	}
	c.padding = 0
	if stray := c.r.Buffered(); stray > 0 {
		return fmt.Errorf("%d stray bytes after END_REQUEST", stray)
	}
	if !c.t.Keep {
		return c.Close()
	}
	<-c.sent
	if c.quit() && c.sendErr == nil {
		c.t.mu.Lock()
		defer c.t.mu.Unlock()
		c.t.idle = append(c.t.idle, c)
	}
	return nil
}

// Close closes the connection unless the answer has been read to its end.
func (c *fcgiConn) Close() error {
	if c.ended && c.t.Keep {
		return nil
	}
	c.quit()
	c.conn.Close()
	return nil
}

// cut makes an end of the connection what it is within an answer.
func cut(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
