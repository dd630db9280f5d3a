package fastcgi

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
	"github.com/gangplank-web/gangplank/adapters/internal/serve"
)

const (
	headTime = 10 * time.Second // ReadHeaderTimeout's default
	idleTime = time.Hour
	sendTime = time.Minute // WriteTimeout's default
)

// timed gives f a connection to a server of its own, with a clock of its own.
func timed(t *testing.T, s *Server, f func(c *client, log *protocoltest.Logs)) {
	t.Helper()
	t.Parallel()
	if s.IdleTimeout = idleTime; s.Handler == nil {
		s.Handler = http.HandlerFunc(hello)
	}
	log := protocoltest.Collect(&s.Logger)
	protocoltest.Timed(t, s, func(t *testing.T, front net.Conn) {
		f(&client{t: t, Conn: front, r: bufio.NewReader(front)}, log)
	})
}

// closedAfter reads the connection's end, which comes when d is over.
func (c *client) closedAfter(d time.Duration) {
	c.t.Helper()
	start := time.Now()
	c.closed()
	if got := time.Since(start); got != d {
		c.t.Errorf("closed after %v, want %v", got, d)
	}
}

func TestIdleTimeout(t *testing.T) {
	timed(t, &Server{}, func(c *client, log *protocoltest.Logs) {
		c.do(get("/"))
		c.closedAfter(idleTime)
		if log.String() != "" {
			t.Errorf("log: %s", log)
		}
	})
}

// F5, golang/go#81548: connections on which no request ever comes.
func TestFirstRequestTimeout(t *testing.T) {
	timed(t, &Server{}, func(c *client, log *protocoltest.Logs) {
		c.closedAfter(headTime)
		if log.String() != "" {
			t.Errorf("log: %s", log)
		}
	})
}

// The time of the first request begins with the connection, whatever comes.
func TestFirstRequestLate(t *testing.T) {
	for desc, b := range map[string][]byte{
		"one byte":       get("/")[:1],
		"a stale record": appendHeader(nil, typeStdin, 1, 0),
		"a beginning":    get("/")[:headerLen+beginLen],
	} {
		t.Run(desc, func(t *testing.T) {
			timed(t, &Server{}, func(c *client, _ *protocoltest.Logs) {
				time.Sleep(headTime - 1)
				c.send(b)
				c.closedAfter(1)
			})
		})
	}
}

// A kept connection may be idle for long, and as soon as a byte has come it is no
// longer idle, as in net/http: a few bytes would hold it for ever.
func TestReadHeaderTimeout(t *testing.T) {
	stale := appendStream(nil, typeStdin, 1, []byte("of a request that is over"))
	for desc, b := range map[string][]byte{
		"one byte":                   get("/")[:1],
		"half a record's head":       get("/")[:headerLen/2],
		"a record's head":            get("/")[:headerLen],
		"half a beginning":           get("/")[:headerLen+beginLen/2],
		"a beginning":                get("/")[:headerLen+beginLen],
		"half of the parameters":     get("/")[:200],
		"half a stale record":        stale[:len(stale)/2],
		"one byte after a stale one": append(stale, 1),
	} {
		t.Run(desc, func(t *testing.T) {
			timed(t, &Server{}, func(c *client, log *protocoltest.Logs) {
				c.do(get("/"))
				time.Sleep(idleTime - 1)
				c.send(b)
				c.closedAfter(headTime)
				if !strings.Contains(log.String(), "timeout") {
					t.Errorf("log: %s", log)
				}
			})
		})
	}
}

// Padding of a request's last record that never comes is not waited for as the
// next request is.
func TestPaddingTimeout(t *testing.T) {
	timed(t, &Server{}, func(c *client, _ *protocoltest.Logs) {
		b := get("/")
		b[len(b)-2] = 8
		c.do(append(b, 0))
		c.closedAfter(headTime)
	})
}

// After what belongs to no request the connection is as idle as before.
func TestIdleAfterStrayRecords(t *testing.T) {
	timed(t, &Server{}, func(c *client, log *protocoltest.Logs) {
		for range 3 {
			c.do(get("/"))
			time.Sleep(idleTime - 1)
			c.send(appendHeader(nil, typeStdin, 1, 0))
			time.Sleep(idleTime - 1)
			c.send(appendStream(nil, typeGetValues, 0, []byte("\x01\x00X")))
			c.expect(typeGetValuesResult, 0)
			time.Sleep(idleTime - 1)
		}
		c.do(get("/"))
		c.closedAfter(idleTime)
		if log.String() != "" {
			t.Errorf("log: %s", log)
		}
	})
}

// The first part of a body has ReadTimeout, also where it has to come before the
// handler is called because nothing else says that there is one.
func TestLateBody(t *testing.T) {
	timed(t, &Server{}, func(c *client, _ *protocoltest.Logs) {
		c.send(headBytes(1, roleResponder, true, postParams(-1)))
		time.Sleep(time.Minute - 1)
		if a := c.do(appendHeader(nil, typeStdin, 1, 0)); a.body != "Hello World" {
			t.Errorf("got %+v", a)
		}
		c.send(headBytes(1, roleResponder, true, postParams(-1)))
		c.closedAfter(time.Minute)
	})
}

// A front server that reads its answer slowly gets all of it; WriteTimeout is for one
// that has stopped.
func TestWriteTimeout(t *testing.T) {
	page := make([]byte, 1<<20)
	var wrote chan error
	h := func(w http.ResponseWriter, r *http.Request) {
		_, err := w.Write(page)
		wrote <- err
		if err != nil {
			<-r.Context().Done()
		}
	}
	timed(t, &Server{Handler: http.HandlerFunc(h)}, func(c *client, _ *protocoltest.Logs) {
		wrote = make(chan error, 1) // in this world
		slow := &protocoltest.SlowReader{Conn: c.Conn, Pause: sendTime - 1}
		c.r = bufio.NewReader(slow)
		if a := c.do(get("/")); len(a.body) != len(page) || <-wrote != nil {
			t.Errorf("got %d bytes", len(a.body))
		}
		slow.Pause = 0
		c.send(get("/"))
		if _, err := io.CopyN(io.Discard, c, 100<<10); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if err := <-wrote; !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if got := time.Since(start); got < sendTime || got > sendTime*5/4 {
			t.Errorf("waited %v", got)
		}
	})
}

// F27: END_REQUEST waits for the rest of a body that nobody reads, as long as that
// keeps coming, and not for longer than DrainTime.
func TestDrain(t *testing.T) {
	for desc, tt := range map[string]struct {
		pause, want time.Duration
	}{
		"a body that stops":     {idleTime, stallTime},
		"a body without an end": {stallTime / 2, serve.DrainTime},
	} {
		t.Run(desc, func(t *testing.T) {
			timed(t, &Server{}, func(c *client, _ *protocoltest.Logs) {
				c.send(headBytes(1, roleResponder, true, postParams(1<<30)))
				done := protocoltest.Trickle(c, appendStream(nil, typeStdin, 1, []byte("more")), tt.pause)
				start := time.Now()
				if a := c.must(1); a.body != "Hello World" {
					t.Errorf("got %+v", a)
				}
				if got := time.Since(start); got < tt.want || got > tt.want+2*stallTime {
					t.Errorf("ended after %v, want %v", got, tt.want)
				}
				c.closedAfter(serve.DrainTime)
				<-done
			})
		})
	}
}
