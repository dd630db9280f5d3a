package oneshot_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/internal/oneshot"
	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
	"github.com/gangplank-web/gangplank/adapters/internal/serve"
)

// waitTime is the default of ReadTimeout and WriteTimeout.
const waitTime = time.Minute

// timed gives f a connection to a server of its own, with a clock of its own.
func timed(t *testing.T, s oneshot.Settings, h http.HandlerFunc, f func(t *testing.T, c *client)) {
	t.Helper()
	each(t, func(t *testing.T, d dialect) {
		s := s
		s.Handler = h
		protocoltest.Collect(&s.Logger)
		protocoltest.Timed(t, d.server(s), func(t *testing.T, front net.Conn) { f(t, &client{t, d, front}) })
	})
}

func TestReadTimeout(t *testing.T) {
	timed(t, oneshot.Settings{}, func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		_, err := io.ReadAll(r.Body)
		if got := time.Since(start); !errors.Is(err, os.ErrDeadlineExceeded) || got != waitTime {
			t.Errorf("got %v after %v", err, got)
		}
		if err := r.Context().Err(); err != nil {
			t.Errorf("a slow client is not a lost one: %v", err)
		}
		panic(http.ErrAbortHandler)
	}, func(t *testing.T, c *client) {
		c.send(c.d.post(10), []byte("half"))
		if _, err := c.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("got %v", err)
		}
	})
}

// A front server that reads its answer slowly gets all of it; WriteTimeout is for one
// that has stopped.
func TestWriteTimeout(t *testing.T) {
	page := make([]byte, 5<<19)
	timed(t, oneshot.Settings{}, func(w http.ResponseWriter, r *http.Request) {
		if n, err := w.Write(page); n != len(page) || err != nil {
			t.Errorf("wrote %d, %v", n, err)
		}
		start := time.Now()
		_, err := w.Write(page)
		if got := time.Since(start); !errors.Is(err, os.ErrDeadlineExceeded) || got < waitTime || got > 3*waitTime {
			t.Errorf("got %v after %v", err, got)
		}
		<-r.Context().Done()
	}, func(t *testing.T, c *client) {
		c.send(c.d.get(nil))
		for n := 0; n < len(page)+64<<10; {
			time.Sleep(waitTime - 1)
			m, err := io.ReadFull(c, make([]byte, 64<<10))
			if n += m; err != nil {
				t.Fatalf("after %d bytes: %v", n, err)
			}
		}
		time.Sleep(3 * waitTime)
	})
}

// The contexts of BaseContext and ConnContext end requests.
func TestContextsEndRequests(t *testing.T) {
	errEnd := errors.New("the program ends")
	inner := func(ctx context.Context) context.Context {
		ctx, cancel := context.WithTimeoutCause(ctx, time.Hour, errEnd)
		context.AfterFunc(ctx, cancel)
		return ctx
	}
	for desc, s := range map[string]oneshot.Settings{
		"BaseContext": {BaseContext: func(net.Listener) context.Context { return inner(context.Background()) }},
		"ConnContext": {ConnContext: func(ctx context.Context, _ net.Conn) context.Context { return inner(ctx) }},
	} {
		t.Run(desc, func(t *testing.T) {
			timed(t, s, func(w http.ResponseWriter, r *http.Request) {
				<-r.Context().Done()
				if err := gangplank.From(r).Cause(); err != errEnd {
					t.Errorf("cause is %v", err)
				}
				hello(w, r)
			}, func(t *testing.T, c *client) {
				start := time.Now()
				c.send(c.d.get(nil))
				c.want(200, "Hello World")
				if got := time.Since(start); got != time.Hour {
					t.Errorf("ended after %v", got)
				}
			})
		})
	}
}

// F27: the end of a connection waits for the rest of a body that nobody reads, for
// DrainTime at most.
func TestDrain(t *testing.T) {
	for desc, pause := range map[string]time.Duration{"stops": time.Hour, "goes on": time.Second} {
		t.Run(desc, func(t *testing.T) {
			timed(t, oneshot.Settings{}, hello, func(t *testing.T, c *client) {
				c.send(c.d.post(1 << 30))
				done := protocoltest.Trickle(c, []byte("more"), pause)
				start := time.Now()
				c.want(200, "Hello World")
				if got := time.Since(start); got != serve.DrainTime {
					t.Errorf("ended after %v", got)
				}
				<-done
			})
		})
	}
}
