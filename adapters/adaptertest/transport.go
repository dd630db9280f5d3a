package adaptertest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
)

// Transport is an HTTP/1.1 client for tests: it sends what it is told to send
// and forgives nothing. Unlike http.Transport it adds no fields of its own,
// reads the answer while it still sends the body, and takes a byte between two
// answers on a connection for the fault that it is, where http.Transport quietly
// opens a new connection. The zero value is ready for use.
type Transport struct {
	// Dial opens a connection; nil means TCP to the URL's host.
	Dial func(ctx context.Context) (net.Conn, error)

	idle idle[*wire]
}

// RoundTrip sends r and returns as soon as the head of the final answer is
// there. Interim answers go to an httptrace.ClientTrace of r's context; after a
// 101 the body is an io.ReadWriteCloser on the connection.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	return roundTrip(&t.idle, r, t.open)
}

// CloseIdleConnections closes the connections that wait for a next request.
func (t *Transport) CloseIdleConnections() { t.idle.closeAll() }

func (t *Transport) open(r *http.Request) (*wire, error) {
	conn, err := t.dial(r)
	if err != nil {
		return nil, err
	}
	return &wire{t: t, conn: conn, r: bufio.NewReader(conn)}, nil
}

func (t *Transport) dial(r *http.Request) (net.Conn, error) {
	if t.Dial != nil {
		return t.Dial(r.Context())
	}
	addr := r.URL.Host
	if r.URL.Port() == "" {
		addr = net.JoinHostPort(r.URL.Hostname(), "80")
	}
	return new(net.Dialer).DialContext(r.Context(), "tcp", addr)
}

// A wire is one connection, carrying one request at a time.
type wire struct {
	t    *Transport
	conn net.Conn
	r    *bufio.Reader
}

// Close implements io.Closer.
func (c *wire) Close() error { return c.conn.Close() }

func (c *wire) roundTrip(r *http.Request) (*http.Response, error) {
	quit := context.AfterFunc(r.Context(), func() { c.conn.Close() })
	s := &sending{w: bufio.NewWriter(c.conn), goOn: make(chan struct{}), done: make(chan struct{})}
	go s.send(c, r)
	res, err := c.receive(r, s)
	if err != nil {
		quit()
		c.conn.Close()
		if context.Cause(r.Context()) != nil {
			err = context.Cause(r.Context())
		}
		return nil, err
	}
	b := &answerBody{Reader: res.Body, c: c, s: s, quit: quit, reuse: !res.Close, ctx: r.Context()}
	res.Body = b
	if res.StatusCode == http.StatusSwitchingProtocols {
		b.Reader, b.reuse = c.r, false
	}
	return res, nil
}

// receive reads heads up to the final one.
func (c *wire) receive(r *http.Request, s *sending) (*http.Response, error) {
	for {
		if _, err := c.r.Peek(1); err != nil {
			return nil, fmt.Errorf("%w: %w", errNoAnswer, err)
		}
		res, err := http.ReadResponse(c.r, r)
		if err != nil {
			return nil, err
		}
		s.proceed()
		if res.StatusCode >= 200 || res.StatusCode == http.StatusSwitchingProtocols {
			return res, nil
		}
		if trace := httptrace.ContextClientTrace(r.Context()); trace != nil && trace.Got1xxResponse != nil {
			if err := trace.Got1xxResponse(res.StatusCode, textproto.MIMEHeader(res.Header)); err != nil {
				return nil, err
			}
		}
	}
}

// An answerBody gives its connection back when it has been read to its end.
type answerBody struct {
	io.Reader
	c     *wire
	s     *sending
	ctx   context.Context
	quit  func() bool
	reuse bool
	ended bool
}

func (b *answerBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF && !b.ended {
		b.ended = true
		err = b.end()
	}
	return n, err
}

// end parts with the connection after the last byte of the answer.
func (b *answerBody) end() error {
	if !b.reuse {
		b.quit()
		b.c.conn.Close()
		return io.EOF
	}
	<-b.s.done
	if stray := b.c.r.Buffered(); stray > 0 {
		b.c.conn.Close()
		return fmt.Errorf("%d stray bytes after the answer", stray)
	}
	if !b.quit() || b.s.err != nil {
		b.c.conn.Close()
		return io.EOF
	}
	b.c.t.idle.put(b.c)
	return io.EOF
}

// Close ends the connection unless the body has been read to its end.
func (b *answerBody) Close() error {
	if !b.ended {
		b.ended = true
		b.quit()
		b.c.conn.Close()
	}
	return nil
}

// Write is for the time after a 101.
func (b *answerBody) Write(p []byte) (int, error) { return b.c.conn.Write(p) }
