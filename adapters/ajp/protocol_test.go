package ajp

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	gangplank "github.com/gangplank-web/gangplank"
)

func TestCPing(t *testing.T) {
	t.Parallel()
	c := start(t, hello)
	for range 3 {
		c.send(toUs([]byte{byte(typeCPing)}))
		c.expect(typeCPong)
		c.greeted()
	}
	c.send(toUs([]byte{byte(typeCPing)}, []byte{byte(typeCPing)}))
	c.expect(typeCPong)
	c.expect(typeCPong)
}

// Requests that come byte by byte, and several in one write.
func TestPieces(t *testing.T) {
	t.Parallel()
	c := start(t, hello)
	for _, b := range append(toUs([]byte{byte(typeCPing)}), get("/")...) {
		c.send([]byte{b})
	}
	c.expect(typeCPong)
	c.must()
	c.greeted()
}

func TestRefusedPackets(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		desc   string
		send   []byte
		status int // 0: just closed
		log    string
	}{
		{"SHUTDOWN", toUs([]byte{byte(typeShutdown)}), 0, "SHUTDOWN"},
		{"PING", toUs([]byte{byte(typePing)}), 0, "type 8"},
		{"unknown type", toUs([]byte{99}), 0, "type 99"},
		{"the wrong way", []byte("AB\x00\x01\x09"), 0, "begins with"},
		{"HTTP", []byte("GET / HTTP/1.1\r\n\r\n"), 0, "begins with"},
		{"too long", append(toUs(nil)[:2], 0xff, 0xff, 2, 2), 431, "too long"},
		{"malformed", toUs([]byte{2, 2, 0}), 400, "ends in the middle"},
		{"smuggled", posting("Transfer-Encoding", "chunked, chunked"), 400, "Transfer-Encoding"},
	} {
		t.Run(tt.desc, func(t *testing.T) {
			t.Parallel()
			addr, log := launch(t, &Server{Handler: http.HandlerFunc(hello)})
			c := dial(t, addr)
			c.send(tt.send)
			if tt.status > 0 {
				c.CloseWriteHalf()
				if a := c.must(); a.status != tt.status || a.reuse {
					t.Errorf("got %+v, want %d and no reuse", a, tt.status)
				}
			}
			c.closed()
			if !strings.Contains(log.String(), tt.log) {
				t.Errorf("log is %s", log)
			}
			dial(t, addr).greeted()
		})
	}
}

// A request may be refused before it is known how long its body is. What comes
// later is that body, even if it looks like a request, and is not served.
func TestBodyOfARefusedRequest(t *testing.T) {
	t.Parallel()
	twice := append(fields[:len(fields):len(fields)], [2]string{"Content-Length", "600"}, [2]string{"content-length", "601"})
	for desc, request := range map[string]ask{
		"two lengths":     {method: 4, fields: twice},
		"endless length":  {method: 4, fields: [][2]string{{"Host", "a"}, {"Content-Length", "99999999999999999999"}}},
		"path and length": {method: 4, path: "/%zz", fields: [][2]string{{"Host", "a"}, {"Content-Length", "600"}}},
	} {
		t.Run(desc, func(t *testing.T) {
			t.Parallel()
			c := start(t, hello)
			if a := c.do(request.bytes()); a.status != http.StatusBadRequest || a.reuse {
				t.Errorf("got %d, reuse %t; want 400 and no reuse", a.status, a.reuse)
			}
			c.send(get("/smuggled"))
			c.closed()
		})
	}
}

// CloseWriteHalf says that nothing more comes.
func (c *client) CloseWriteHalf() {
	c.t.Helper()
	if err := c.Conn.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
		c.t.Fatal(err)
	}
}

// Nothing but the connection's end tells a front server without the secret more.
func TestWrongSecret(t *testing.T) {
	t.Parallel()
	addr, log := launch(t, &Server{Handler: http.HandlerFunc(hello), Secret: "hunter2"})
	for _, request := range [][]byte{get("/"), ask{secret: "hunter3"}.bytes(), ask{secret: "hunter2x"}.bytes()} {
		c := dial(t, addr)
		if a := c.do(request); a.status != http.StatusForbidden || a.reuse {
			t.Errorf("got %+v", a)
		}
	}
	if a := dial(t, addr).do(ask{secret: "hunter2"}.bytes()); a.status != 200 || !a.reuse {
		t.Errorf("got %+v", a)
	}
	if strings.Contains(log.String(), "hunter") {
		t.Errorf("the log tells a secret: %s", log)
	}
}

// The body comes as it is asked for: the first part unasked, the others one at a
// time, and never more than is missing.
func TestFlowControl(t *testing.T) {
	t.Parallel()
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%d %q %v", r.ContentLength, b, err)
	})
	c.send(post(10, "abc"))
	for _, part := range []string{"defg", "h", "ij"} {
		if n := c.asked(); n > 7 {
			t.Errorf("asked for %d bytes", n)
		}
		c.send(toUs(data(part)))
	}
	if a := c.must(); a.body != `10 "abcdefghij" <nil>` || !a.reuse {
		t.Errorf("got %+v", a)
	}
	c.send(posting("Transfer-Encoding", "chunked"))
	for _, part := range []string{"some", "thing", ""} {
		if n := c.asked(); n != minPacket-6 {
			t.Errorf("asked for %d bytes", n)
		}
		c.send(toUs(data(part)))
	}
	if a := c.must(); a.body != `-1 "something" <nil>` || !a.reuse {
		t.Errorf("got %+v", a)
	}
	c.send(posting("Transfer-Encoding", "chunked"))
	c.asked()
	c.send(toUs(nil)) // the other way to end it
	if a := c.must(); a.body != `-1 "" <nil>` || !a.reuse {
		t.Errorf("got %+v", a)
	}
}

// CVE-2011-3190: a part of the body that nobody has read is not taken for a
// request, whatever it looks like.
func TestUnreadBody(t *testing.T) {
	t.Parallel()
	c := start(t, hello)
	request := ask{path: "/smuggled", fields: fields}
	evil := string(request.content())
	c.send(post(len(evil)+100000, evil))
	if a := c.must(); a.body != "Hello World" || !a.reuse {
		t.Errorf("got %+v", a)
	}
	c.greeted()
	c.send(posting("Transfer-Encoding", "chunked")) // nothing is on its way
	c.must()
	c.greeted()
}

// A front server whose client does not send what was asked for cannot make the
// connection's next request a part of the body.
func TestStalledBody(t *testing.T) {
	t.Parallel()
	addr, _ := launch(t, &Server{Handler: http.HandlerFunc(hello), stall: 1})
	c := dial(t, addr)
	c.send(posting("Content-Length", "10"))
	if a := c.must(); a.body != "Hello World" || a.reuse {
		t.Errorf("got %+v, want no reuse", a)
	}
	c.CloseWriteHalf()
	c.closed()
}

// What comes while nobody has asked may have been made by a client: the answer goes
// out, and the connection ends.
func TestUnaskedPacket(t *testing.T) {
	t.Parallel()
	evil := ask{path: "/smuggled"}
	for desc, request := range map[string][]byte{
		"with the request": append(get("/"), evil.bytes()...),
		"a body":           append(get("/"), toUs(data("body"))...),
		"half":             append(get("/"), 0x12),
	} {
		t.Run(desc, func(t *testing.T) {
			t.Parallel()
			addr, log := launch(t, &Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				io.WriteString(w, r.URL.Path)
			})})
			c := dial(t, addr)
			c.send(request)
			if a := c.must(); a.body != "/" || a.reuse {
				t.Errorf("got %+v, want an answer and no reuse", a)
			}
			c.CloseWriteHalf()
			c.closed()
			if !strings.Contains(log.String(), "nobody asked for") {
				t.Errorf("log is %s", log)
			}
		})
	}
}

// The same while a handler is slow enough to be watched.
func TestUnaskedPacketIsSeen(t *testing.T) {
	t.Parallel()
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		rq := w.(*gangplank.Writer).Unwrap().(*request)
		for end := time.Now().Add(patience); !rq.strayed.Load() && time.Now().Before(end); {
			time.Sleep(time.Millisecond) // nothing else tells
		}
		hello(w, r)
	})
	c.send(get("/"))
	c.send(toUs(data("body")))
	if a := c.must(); a.body != "Hello World" || a.reuse {
		t.Errorf("got %+v, want an answer and no reuse", a)
	}
}

func TestBadBody(t *testing.T) {
	t.Parallel()
	for desc, first := range map[string][]byte{
		"longer than announced": toUs(data("abcdefghijk")),
		"two lengths":           toUs([]byte("\x00\x09abcdefghij")),
		"one byte":              toUs([]byte("a")),
		"too early an end":      toUs(data("")),
		"another magic":         []byte("AB\x00\x02\x00\x00"),
		"too long a packet":     append(toUs(nil)[:2], 0xff, 0xff, 0xff, 0xfd),
	} {
		t.Run(desc, func(t *testing.T) {
			t.Parallel()
			got := make(chan error, 1)
			c := start(t, func(w http.ResponseWriter, r *http.Request) {
				_, err := io.ReadAll(r.Body)
				got <- err
			})
			c.send(append(posting("Content-Length", "10"), first...))
			if err := <-got; err == nil {
				t.Error("no error")
			}
		})
	}
}
