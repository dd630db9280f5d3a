package ajp

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	gangplank "github.com/gangplank-web/gangplank"
)

// The parts of a body fit into packets, whatever the sizes of the writes.
func TestParts(t *testing.T) {
	t.Parallel()
	const total = 100_000
	for _, size := range []int{1, 100, 4096, 8184, 8185, 16 << 10, 16384 - 30, total} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			text := strings.Repeat("0123456789", total/10)
			for name, write := range map[string]func(w io.Writer, s string){
				"Write":       func(w io.Writer, s string) { w.Write([]byte(s)) },
				"WriteString": func(w io.Writer, s string) { io.WriteString(w, s) },
				"ReadFrom":    func(w io.Writer, s string) { io.Copy(w, strings.NewReader(s)) },
			} {
				c := start(t, func(w http.ResponseWriter, r *http.Request) {
					for s := text; s != ""; s = s[min(size, len(s)):] {
						write(w, s[:min(size, len(s))])
					}
				})
				a := c.do(get("/"))
				if a.body != text || !a.reuse {
					t.Errorf("%s: got %d bytes in %d parts", name, len(a.body), len(a.parts))
				}
				for _, n := range a.parts {
					if n > minPacket-8 {
						t.Errorf("%s: a part of %d bytes", name, n)
					}
				}
			}
		})
	}
}

// Flush sends what there is, and an empty part that makes front servers pass it on.
func TestFlush(t *testing.T) {
	t.Parallel()
	next := make(chan bool)
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		rc := http.NewResponseController(w)
		rc.Flush()
		<-next
		io.WriteString(w, "tick")
		rc.Flush()
		rc.Flush() // of nothing
		<-next
	})
	c.send(get("/"))
	c.expect(typeSendHeaders)
	if n := c.expect(typeSendBodyChunk).uint16(); n != 0 {
		t.Errorf("the flush of the head has %d bytes", n)
	}
	next <- true
	if n := c.expect(typeSendBodyChunk).uint16(); n != 4 {
		t.Errorf("got %d bytes", n)
	}
	if n := c.expect(typeSendBodyChunk).uint16(); n != 0 {
		t.Errorf("the flush has %d bytes", n)
	}
	next <- true
	c.expect(typeEndResponse)
}

// Fields go out under their codes where they have one, kept apart and cleaned.
func TestHead(t *testing.T) {
	t.Parallel()
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h["Set-Cookie"] = []string{"a=1", "b=2"}
		h.Set("X-Split", "a\r\nX-Evil: 1")
		h.Set("Connection", "close")
		h.Set("Transfer-Encoding", "chunked")
		h.Set("Www-Authenticate", "Basic")
		w.WriteHeader(103)
		w.WriteHeader(401)
	})
	a := c.do(get("/"))
	if a.status != 401 || len(a.header["Set-Cookie"]) != 2 || a.header.Get("X-Split") != "a  X-Evil: 1" || a.header.Get("WWW-Authenticate") != "Basic" ||
		a.header["Connection"] != nil || a.header["Transfer-Encoding"] != nil {
		t.Errorf("got %d %q", a.status, a.header)
	}
}

// A 101 is final, though nothing can come of it here: an answer has a head.
func TestSwitchingProtocols(t *testing.T) {
	t.Parallel()
	c := start(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusSwitchingProtocols) })
	if a := c.do(get("/")); a.status != http.StatusSwitchingProtocols || !a.reuse {
		t.Errorf("got %+v", a)
	}
}

// A head that is longer than a packet cannot be sent. To front servers it would be
// a broken backend; the client gets a 500, and the log says why.
func TestLongHead(t *testing.T) {
	t.Parallel()
	addr, log := launch(t, &Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := 0
		fmt.Sscan(r.URL.RawQuery, &n)
		w.Header().Set("X-Long", strings.Repeat("x", n))
		w.Header().Set("Content-Length", "100000")
		written, err := io.WriteString(w, strings.Repeat("y", 100000))
		if n > 9000 && (written != 0 || !errors.Is(err, errHead)) {
			t.Errorf("wrote %d, %v", written, err)
		}
	})})
	c := dial(t, addr)
	for n, want := range map[int]int{8000: 200, 8200: 500, 70000: 500} {
		a := c.do(ask{attributes: attr(nil, attrQueryString, fmt.Sprint(n))}.bytes())
		if a.status != want || !a.reuse || want == 500 && a.body != "Internal Server Error\n" {
			t.Errorf("%d: got %d, %.40q, reuse %t; want %d", n, a.status, a.body, a.reuse, want)
		}
	}
	if !strings.Contains(log.String(), "longer than a packet") {
		t.Errorf("log is %s", log)
	}
}

// A broken answer ends with the connection, and without END_RESPONSE.
func TestBrokenAnswer(t *testing.T) {
	t.Parallel()
	for desc, h := range map[string]http.HandlerFunc{
		"abort": func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) },
		"panic": func(w http.ResponseWriter, r *http.Request) { w.Write(make([]byte, 50000)); panic("late") },
		"too short": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "50001")
			w.Write(make([]byte, 50000))
		},
	} {
		t.Run(desc, func(t *testing.T) {
			t.Parallel()
			c := start(t, h)
			c.send(get("/"))
			if a, err := c.read(); err == nil {
				t.Errorf("got a whole answer of %d bytes", len(a.body))
			}
			c.closed()
		})
	}
	c := start(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "half"); panic("early") })
	if a := c.do(get("/")); a.status != 500 || !a.reuse || strings.Contains(a.body, "half") {
		t.Errorf("got %+v, want a plain 500", a)
	}
}

// F6: the context ends with the connection.
func TestPeerGone(t *testing.T) {
	t.Parallel()
	for desc, request := range map[string][]byte{
		"silent":           get("/"),
		"small body":       post(4, "body"),
		"half a body":      post(8, "body"),
		"body on its way":  posting("Content-Length", "4"),
		"chunked, unasked": posting("Transfer-Encoding", "chunked"),
	} {
		t.Run(desc, func(t *testing.T) {
			t.Parallel()
			gone := make(chan error, 1)
			c := start(t, func(w http.ResponseWriter, r *http.Request) {
				if r.ContentLength < 0 {
					io.ReadAll(r.Body)
				}
				<-r.Context().Done()
				gone <- gangplank.From(r).Cause()
			})
			c.send(request)
			c.Close()
			if err := <-gone; err == nil {
				t.Error("no cause")
			}
		})
	}
}

// A goroutine that outlives its request cannot write into the next one.
func TestOutlivingWriter(t *testing.T) {
	t.Parallel()
	var old http.ResponseWriter
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/first" {
			old = w
			return
		}
		if _, err := io.WriteString(old, strings.Repeat("SECRET", 10000)); err == nil {
			t.Error("writing a response that is over: no error")
		}
		under := old.(*gangplank.Writer).Unwrap()
		if _, err := under.Write(make([]byte, 1<<20)); err == nil {
			t.Error("writing below a response that is over: no error")
		}
		if http.NewResponseController(under).SetWriteDeadline(time.Unix(1, 0)) == nil {
			t.Error("SetWriteDeadline of a response that is over: no error")
		}
		http.NewResponseController(under).SetReadDeadline(time.Unix(1, 0))
		hello(w, r)
	})
	c.do(get("/first"))
	c.greeted()
}

func TestReadDeadline(t *testing.T) {
	t.Parallel()
	late := make(chan bool)
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		rc := http.NewResponseController(w)
		rc.SetReadDeadline(time.Unix(1, 0))
		_, err := io.ReadAll(r.Body)
		ne := net.Error(nil)
		if !errors.As(err, &ne) || !ne.Timeout() {
			t.Errorf("read error is %v", err)
		}
		close(late)
		rc.SetReadDeadline(time.Time{})
		b, err := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %v", b, err)
	})
	c.send(posting("Content-Length", "4"))
	<-late
	c.send(toUs(data("body")))
	if a := c.must(); a.body != "body <nil>" || !a.reuse {
		t.Errorf("got %+v", a)
	}
}
