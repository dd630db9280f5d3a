package httpd_test

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank/adapters/httpd"
)

// The frames of HTTP/2 (RFC 9113, section 6) that a test looks at.
const (
	headers  = 0x1
	settings = 0x4
	goAway   = 0x7
)

const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// http2Conn is the client's side of a connection, which does nothing by itself.
type http2Conn struct {
	net.Conn
	seen chan http2Frame // closed at the end
}

type http2Frame struct {
	kind    byte
	stream  uint32
	payload []byte
}

func newHTTP2Conn(c net.Conn) *http2Conn {
	h := &http2Conn{c, make(chan http2Frame, 100)}
	go func() {
		defer close(h.seen)
		var head [9]byte
		for {
			if _, err := io.ReadFull(c, head[:]); err != nil {
				return
			}
			f := http2Frame{head[3], binary.BigEndian.Uint32(head[5:]), make([]byte, int(head[0])<<16|int(head[1])<<8|int(head[2]))}
			if _, err := io.ReadFull(c, f.payload); err != nil {
				return
			}
			h.seen <- f
		}
	}()
	return h
}

// openHTTP2 is a connection on which requests may come.
func openHTTP2(l *pipes) *http2Conn {
	c := newHTTP2Conn(l.dial())
	io.WriteString(c, preface)
	c.send(settings, 0, 0, "")
	return c
}

func (h *http2Conn) send(kind, flags byte, stream uint32, payload string) {
	b := []byte{0, 0, byte(len(payload)), kind, flags}
	io.WriteString(h, string(binary.BigEndian.AppendUint32(b, stream))+payload)
}

// ask sends GET http://x/: three fields of the static table, and :authority.
func (h *http2Conn) ask(stream uint32) { h.send(headers, 0x5, stream, "\x82\x86\x84\x41\x01x") }

// wantEnd reads until the connection ends, and wants answers on the streams, each a
// 200, and a GOAWAY without an error that names the last of them.
func (h *http2Conn) wantEnd(t *testing.T, streams ...uint32) {
	t.Helper()
	var answered []uint32
	var last []byte
	for f := range h.seen { // the GOAWAY may overtake an answer
		switch {
		case f.kind == goAway:
			last = f.payload
		case f.kind == headers && f.payload[0] == 0x88: // ":status: 200" of the static table
			answered = append(answered, f.stream)
		}
	}
	want := append(binary.BigEndian.AppendUint32(nil, streams[len(streams)-1]), 0, 0, 0, 0)
	if !slices.Equal(answered, streams) || !bytes.Equal(last, want) {
		t.Errorf("got answers on %v, GOAWAY %x, want %v", answered, last, streams)
	}
}

// How far a new connection has come when Shutdown is called does not matter.
func TestShutdownServesNewHTTP2(t *testing.T) {
	const nothing, half, whole, greeted = 0, 10, len(preface), len(preface) + 1
	for _, sent := range []int{nothing, half, whole, greeted} {
		synctest.Test(t, func(t *testing.T) {
			s, l := &httpd.Server{Handler: http.HandlerFunc(hello), H2C: true}, newPipes()
			run(s, l)
			c := newHTTP2Conn(l.dial())
			io.WriteString(c, preface[:min(sent, whole)])
			if sent == greeted {
				c.send(settings, 0, 0, "")
			}
			synctest.Wait()
			stopped := shutDown(t, s)
			io.WriteString(c, preface[min(sent, whole):])
			if sent != greeted {
				c.send(settings, 0, 0, "")
			}
			c.ask(1)
			c.wantEnd(t, 1)
			if err := <-stopped; err != nil {
				t.Error(err)
			}
		})
	}
}

// Streams under way are served to the end, and later ones left to another server,
// for which GOAWAY names the last that was not.
func TestShutdownHTTP2(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		proceed := make(chan struct{})
		s, l := &httpd.Server{H2C: true, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { <-proceed })}, newPipes()
		run(s, l)
		c := openHTTP2(l)
		c.ask(1)
		synctest.Wait()
		stopped := shutDown(t, s)
		c.ask(3)
		close(proceed)
		c.wantEnd(t, 1)
		if err := <-stopped; err != nil {
			t.Error(err)
		}
	})
}

// With IdleGrace an idle connection may bring a further stream, whose answer comes
// with GOAWAY.
func TestIdleGraceHTTP2(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l := &httpd.Server{Handler: http.HandlerFunc(hello), H2C: true, IdleGrace: time.Minute}, newPipes()
		run(s, l)
		c := openHTTP2(l)
		c.ask(1)
		synctest.Wait()
		begin, stopped := time.Now(), shutDown(t, s)
		c.ask(3)
		c.wantEnd(t, 1, 3)
		if err := <-stopped; err != nil || time.Since(begin) > 2*time.Second {
			t.Errorf("got %v after %v", err, time.Since(begin))
		}
	})
}

// Neither does it with TLS, which comes before the first request.
func TestShutdownServesNewTLS(t *testing.T) {
	for _, proto := range []string{"http/1.1", "h2"} {
		for _, greeted := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				s, l := &httpd.Server{Handler: http.HandlerFunc(hello), TLSConfig: tlsConfig(t)}, newPipes()
				run(s, l)
				c := tls.Client(l.dial(), &tls.Config{InsecureSkipVerify: true, NextProtos: []string{proto}})
				if greeted {
					c.Handshake()
				}
				stopped := shutDown(t, s)
				if proto == "h2" {
					h := newHTTP2Conn(c)
					io.WriteString(h, preface)
					h.send(settings, 0, 0, "")
					h.ask(1)
					h.wantEnd(t, 1)
				} else {
					ask(t, c)
					wantClosed(t, c)
				}
				if err := <-stopped; err != nil {
					t.Errorf("%s: %v", proto, err)
				}
			})
		}
	}
}
