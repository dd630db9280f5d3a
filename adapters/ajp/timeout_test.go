package ajp

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	gangplank "github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
)

const (
	headTime = 10 * time.Second // ReadHeaderTimeout's default
	idleTime = time.Hour
	waitTime = time.Minute // the default of ReadTimeout and WriteTimeout
)

var ping = toUs([]byte{byte(typeCPing)})

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

// Who is idle for too long is dropped without a word; a CPING begins that time anew.
func TestIdleTimeout(t *testing.T) {
	timed(t, &Server{}, func(c *client, log *protocoltest.Logs) {
		c.greeted()
		for _, b := range [][]byte{ping, ping, append(toUs(nil), ping...)} {
			time.Sleep(idleTime - 1)
			c.send(b)
			c.expect(typeCPong)
		}
		c.closedAfter(idleTime)
		if log.String() != "" {
			t.Errorf("log: %s", log)
		}
	})
}

// The time of the first request begins with the connection, whatever comes.
func TestFirstRequestTimeout(t *testing.T) {
	for desc, b := range map[string][]byte{
		"nothing": nil, "one byte": {0x12}, "half a packet": get("/")[:50], "an empty packet": toUs(nil), "a CPING": ping,
	} {
		t.Run(desc, func(t *testing.T) {
			timed(t, &Server{}, func(c *client, log *protocoltest.Logs) {
				time.Sleep(headTime - 1)
				if len(b) > 0 { // net.Pipe waits for a reader of nothing, too
					c.send(b)
				}
				if desc == "a CPING" {
					c.expect(typeCPong)
				}
				c.closedAfter(1)
				if cut := desc == "one byte" || desc == "half a packet"; strings.Contains(log.String(), "timeout") != cut {
					t.Errorf("log: %s", log)
				}
			})
		})
	}
}

// As soon as a byte has come, a kept connection is no longer idle.
func TestReadHeaderTimeout(t *testing.T) {
	for desc, b := range map[string][]byte{
		"one byte": {0x12}, "half a head": {0x12, 0x34}, "a head": get("/")[:headerLen], "half a packet": get("/")[:50],
		"half an empty packet": toUs(data(""))[:headerLen+1],
	} {
		t.Run(desc, func(t *testing.T) {
			timed(t, &Server{}, func(c *client, log *protocoltest.Logs) {
				c.greeted()
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

func TestReadTimeout(t *testing.T) {
	timed(t, &Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		_, err := io.ReadAll(r.Body)
		if got := time.Since(start); !errors.Is(err, os.ErrDeadlineExceeded) || got != waitTime {
			t.Errorf("got %v after %v", err, got)
		}
		panic(http.ErrAbortHandler)
	})}, func(c *client, _ *protocoltest.Logs) {
		c.send(post(10, "half"))
		c.asked()
		c.closedAfter(waitTime)
	})
}

// A front server that reads its answer slowly gets all of it; WriteTimeout is for one
// that has stopped.
func TestWriteTimeout(t *testing.T) {
	page := make([]byte, 1<<20)
	var wrote chan error
	timed(t, &Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := w.Write(page)
		wrote <- err
	})}, func(c *client, _ *protocoltest.Logs) {
		wrote = make(chan error, 1)
		slow := &protocoltest.SlowReader{Conn: c.Conn, Pause: waitTime - 1}
		c.r = bufio.NewReaderSize(slow, 64<<10)
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
		if got := time.Since(start); got < waitTime || got > waitTime*5/4 {
			t.Errorf("waited %v", got)
		}
	})
}

// The context of BaseContext ends requests, also one that begins later.
func TestContextEndsRequests(t *testing.T) {
	errEnd := errors.New("the program ends")
	s := &Server{BaseContext: func(net.Listener) context.Context {
		ctx, cancel := context.WithTimeoutCause(context.Background(), idleTime, errEnd)
		context.AfterFunc(ctx, cancel)
		return ctx
	}}
	s.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		if err := gangplank.From(r).Cause(); err != errEnd {
			t.Errorf("cause is %v", err)
		}
		hello(w, r)
	})
	timed(t, s, func(c *client, _ *protocoltest.Logs) {
		start := time.Now()
		c.greeted()
		c.greeted()
		if got := time.Since(start); got != idleTime {
			t.Errorf("ended after %v", got)
		}
	})
}
