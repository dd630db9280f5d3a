package adaptertest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
)

// AJP is an http.RoundTripper that speaks AJP/1.3, as a front server does: the
// first part of a body is sent unasked if its length is known, the others when
// they are asked for, one at a time. An answer whose END_RESPONSE does not come
// has broken off.
type AJP struct {
	// Dial opens a connection to the server.
	Dial func(ctx context.Context) (net.Conn, error)
	// Secret is sent with each request, if it is not empty.
	Secret string
	// Keep uses connections again, with a CPING before each request.
	Keep bool

	idle idle[*ajpConn]
}

type ajpConn struct {
	conn net.Conn
	r    *bufio.Reader
}

// RoundTrip sends r and returns as soon as the head of the answer is there.
func (t *AJP) RoundTrip(r *http.Request) (*http.Response, error) {
	c, err := t.take(r.Context())
	if err != nil {
		return nil, err
	}
	a := &ajpAnswer{ajpConn: c, t: t, asks: make(chan int, 1), sent: make(chan struct{})}
	a.quit = context.AfterFunc(r.Context(), func() { c.conn.Close() })
	a.PipeReader, a.text = io.Pipe()
	go a.send(r)
	go a.receive()
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
func (t *AJP) CloseIdleConnections() { t.idle.closeAll() }

func (t *AJP) take(ctx context.Context) (*ajpConn, error) {
	if c, ok := t.idle.take(); ok {
		return c, c.ping()
	}
	conn, err := t.Dial(ctx)
	if err != nil {
		return nil, err
	}
	return &ajpConn{conn: conn, r: bufio.NewReader(conn)}, nil
}

// Close implements io.Closer.
func (c *ajpConn) Close() error { return c.conn.Close() }

// ping asks whether the server still listens.
func (c *ajpConn) ping() error {
	_, err := c.conn.Write(appendAJPPacket(nil, []byte{ajpCPing}))
	if err != nil {
		return err
	}
	packet, err := readAJPPacket(c.r)
	if err == nil && (len(packet) != 1 || packet[0] != ajpCPong) {
		err = fmt.Errorf("got % x for a CPING", packet)
	}
	return err
}

// An ajpAnswer is the answer to one request, in CGI's form.
type ajpAnswer struct {
	*ajpConn
	*io.PipeReader
	text *io.PipeWriter
	t    *AJP
	quit func() bool
	asks chan int      // how many bytes of the body the server wants
	sent chan struct{} // closed when nothing more is sent to it
	head bool          // it has come

	mu   sync.Mutex
	owed bool // a part of the body has been asked for, or must come unasked
	kept bool // the connection is not ours any more
}

// send sends the request and, as they are asked for, the parts of its body.
func (a *ajpAnswer) send(r *http.Request) {
	defer close(a.sent)
	if r.Body != nil {
		defer r.Body.Close()
	}
	if outgoingLength(r) > 0 {
		a.setOwed(true)
		a.asks <- ajpMaxData
	}
	if _, err := a.conn.Write(appendAJPRequest(nil, r, a.t.Secret)); err != nil || r.Body == nil {
		return
	}
	var total int64
	buf := make([]byte, ajpMaxData)
	for n := range a.asks {
		n, err := r.Body.Read(buf[:min(n, len(buf))])
		total += int64(n)
		if err != nil && (err != io.EOF || total < r.ContentLength) {
			a.conn.Close() // as a front server does whose client has gone
			return
		}
		a.setOwed(false) // before the server can have it and ask for more
		if _, err := a.conn.Write(appendAJPData(nil, buf[:n])); err != nil {
			return
		}
	}
}

func (a *ajpAnswer) setOwed(owed bool) (before bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	before, a.owed = a.owed, owed
	return before
}

// receive reads the answer, whether or not somebody reads what comes of it.
func (a *ajpAnswer) receive() {
	for {
		text, err := a.next()
		if len(text) > 0 { // the pipe would wait even with nothing
			a.text.Write(text)
		}
		if err != nil {
			close(a.asks)
			a.text.CloseWithError(err)
			return
		}
	}
}

// next reads one packet. It is as strict as the strictest front server.
func (a *ajpAnswer) next() (text []byte, err error) {
	packet, err := readAJPPacket(a.r)
	if err != nil {
		return nil, err
	}
	d := ajpDecoder{b: packet}
	switch kind := d.byte(); {
	case kind == ajpSendHeaders && !a.head:
		a.head = true
		text = d.head()
	case kind == ajpSendBodyChunk && a.head:
		text = d.chunk()
	case kind == ajpGetBodyChunk:
		if a.setOwed(true) {
			return nil, errors.New("a part of the body is asked for while one is on its way")
		}
		select {
		case a.asks <- d.uint16():
		case <-a.sent:
			return nil, errors.New("a part of the body is asked for after its end")
		}
	case kind == ajpEndResponse && a.head:
		return nil, a.end(d.byte() == 1)
	default:
		return nil, fmt.Errorf("an unexpected packet: % x", packet[:min(len(packet), 16)])
	}
	return text, d.err
}

// end keeps the connection if it is worth it.
func (a *ajpAnswer) end(reuse bool) error {
	if stray := a.r.Buffered(); stray > 0 {
		return fmt.Errorf("%d stray bytes after END_RESPONSE", stray)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case !reuse || !a.t.Keep:
	case a.owed:
		return errors.New("a connection is to be used again while a part of the body is on its way")
	case a.quit():
		a.kept = true
		a.t.idle.put(a.ajpConn)
	}
	return io.EOF
}

// Close closes the connection unless it is kept for a next request.
func (a *ajpAnswer) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.PipeReader.Close()
	a.quit()
	if a.kept {
		return nil
	}
	return a.conn.Close()
}
