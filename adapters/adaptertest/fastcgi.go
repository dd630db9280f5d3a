package adaptertest

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
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

	idle idle[*fcgiConn]
}

// RoundTrip sends r and returns as soon as the head of the answer is there.
func (t *FastCGI) RoundTrip(r *http.Request) (*http.Response, error) {
	return roundTrip(&t.idle, r, t.open)
}

func (c *fcgiConn) roundTrip(r *http.Request) (*http.Response, error) {
	a := &fcgiAnswer{fcgiConn: c, sent: make(chan struct{})}
	a.quit = context.AfterFunc(r.Context(), func() { c.conn.Close() })
	go a.send(r)
	if _, err := c.r.Peek(1); err != nil {
		a.Close()
		return nil, fmt.Errorf("%w: %w", errNoAnswer, err)
	}
	res, err := ReadGatewayResponse(a, r)
	if err != nil {
		a.Close()
		return nil, err
	}
	res.Body = struct {
		io.Reader
		io.Closer
	}{res.Body, a}
	return res, nil
}

// CloseIdleConnections closes the connections that wait for a next request.
func (t *FastCGI) CloseIdleConnections() { t.idle.closeAll() }

func (t *FastCGI) open(r *http.Request) (*fcgiConn, error) {
	conn, err := t.Dial(r.Context())
	if err != nil {
		return nil, err
	}
	return &fcgiConn{t: t, conn: conn, r: bufio.NewReader(conn)}, nil
}

type fcgiConn struct {
	t    *FastCGI
	conn net.Conn
	r    *bufio.Reader
}

// Close implements io.Closer.
func (c *fcgiConn) Close() error { return c.conn.Close() }

// An fcgiAnswer is the STDOUT stream of one request.
type fcgiAnswer struct {
	*fcgiConn
	quit    func() bool
	sent    chan struct{} // closed when the request has been sent
	sendErr error

	left    int // of the STDOUT record that is being read
	padding int
	err     error // io.EOF after END_REQUEST
	kept    bool  // the connection is not ours any more
}

func (a *fcgiAnswer) send(r *http.Request) {
	defer close(a.sent)
	begin := []byte{0, 1, 0, 0, 0, 0, 0, 0}
	if a.t.Keep {
		begin[2] = 1
	}
	var params []byte
	for name, value := range Variables(r, a.t.Mount) {
		params = appendFCGIPair(params, name, value)
	}
	head := appendFCGIStream(appendFCGIRecord(nil, fcgiBegin, begin), fcgiParams, params)
	_, a.sendErr = a.conn.Write(appendFCGIRecord(head, fcgiParams, nil))
	if r.Body != nil && a.sendErr == nil {
		defer r.Body.Close()
		if n, err := io.Copy(fcgiStdinWriter{a.conn}, r.Body); err != nil || r.ContentLength > n {
			// A front server whose client has gone closes the connection.
			a.conn.Close()
			a.sendErr = io.ErrUnexpectedEOF
			return
		}
	}
	if a.sendErr == nil {
		_, a.sendErr = a.conn.Write(appendFCGIRecord(nil, fcgiStdin, nil))
	}
}

// Read reads STDOUT up to END_REQUEST.
func (a *fcgiAnswer) Read(p []byte) (int, error) {
	for a.left == 0 && a.err == nil {
		a.err = a.next()
	}
	if a.err != nil {
		return 0, a.err
	}
	n, err := a.r.Read(p[:min(len(p), a.left)])
	a.left -= n
	a.err = cut(err)
	return n, a.err
}

// next reads record heads up to one with content for us.
func (a *fcgiAnswer) next() error {
	if _, err := a.r.Discard(a.padding); err != nil {
		return cut(err)
	}
	var head [8]byte
	if _, err := io.ReadFull(a.r, head[:]); err != nil {
		return cut(err)
	}
	length := int(binary.BigEndian.Uint16(head[4:]))
	a.padding = int(head[6])
	switch {
	case head[0] != 1 || binary.BigEndian.Uint16(head[2:]) != 1:
		return fmt.Errorf("a record for nobody: % x", head)
	case head[1] == fcgiStdout:
		a.left = length
		return nil
	case head[1] == fcgiStderr:
		_, err := a.r.Discard(length)
		return cut(err)
	case head[1] == fcgiEnd && length == 8:
		return a.end()
	}
	return fmt.Errorf("an unexpected record: % x", head)
}

// end reads END_REQUEST and, if it is worth it, keeps the connection.
func (a *fcgiAnswer) end() error {
	var body [8]byte
	if _, err := io.ReadFull(a.r, body[:]); err != nil {
		return cut(err)
	}
	if body[4] != 0 {
		return fmt.Errorf("END_REQUEST with protocol status %d", body[4])
	}
	if _, err := a.r.Discard(a.padding); err != nil {
		return cut(err)
	}
	if stray := a.r.Buffered(); stray > 0 {
		return fmt.Errorf("%d stray bytes after END_REQUEST", stray)
	}
	if !a.t.Keep {
		return io.EOF
	}
	<-a.sent
	if a.quit() && a.sendErr == nil {
		a.kept = true
		a.t.idle.put(a.fcgiConn)
	}
	return io.EOF
}

// Close closes the connection unless it is kept for a next request.
func (a *fcgiAnswer) Close() error {
	a.quit()
	if a.kept {
		return nil
	}
	return a.conn.Close()
}

// cut makes an end of the connection what it is within an answer.
func cut(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
