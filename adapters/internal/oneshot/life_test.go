package oneshot_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/internal/oneshot"
	"github.com/gangplank-web/gangplank/adapters/internal/spool"
)

// closing is a listener that notes that it was closed.
type closing struct {
	net.Listener
	closed bool
}

func (l *closing) Close() error {
	l.closed = true
	return nil
}

// The end of the connection ends the request, also for a handler that neither
// reads nor writes, and also behind a small body that it does not read.
func TestFrontGoes(t *testing.T) {
	each(t, func(t *testing.T, d dialect) {
		for _, body := range []string{"", "unread"} {
			started, cause := make(chan bool, 1), make(chan error, 1)
			c, _ := d.start(t, func(w http.ResponseWriter, r *http.Request) {
				started <- true
				<-r.Context().Done()
				cause <- gangplank.From(r).Cause()
			})
			c.send(d.post(len(body)), []byte(body))
			await(t, started, "the handler")
			c.Close()
			if err := await(t, cause, "the cancellation"); err == nil || !strings.HasPrefix(err.Error(), d.name+": connection lost: ") {
				t.Errorf("body %q: cause is %v", body, err)
			}
		}
	})
}

// A body that breaks off must not pass for a whole one.
func TestBodyCutShort(t *testing.T) {
	each(t, func(t *testing.T, d dialect) {
		got := make(chan error, 1)
		c, _ := d.start(t, func(w http.ResponseWriter, r *http.Request) {
			_, err := io.ReadAll(r.Body)
			got <- err
		})
		c.send(d.post(10), []byte("half"))
		c.Close()
		if err := await(t, got, "the error"); err != io.ErrUnexpectedEOF {
			t.Errorf("got %v", err)
		}
	})
}

func TestMaxBodyBytes(t *testing.T) {
	each(t, func(t *testing.T, d dialect) {
		l, _, _ := d.launch(t, "unix", oneshot.Settings{Body: spool.Limits{Body: 10}, Handler: http.HandlerFunc(
			func(w http.ResponseWriter, r *http.Request) {
				_, err := io.Copy(io.Discard, r.Body)
				fmt.Fprint(w, errors.As(err, new(*http.MaxBytesError)))
			})})
		c := d.dial(t, l)
		c.send(d.post(11), []byte("hello world"))
		c.want(200, "true")
	})
}

// Apache's modules send all of a body before they read the first byte of the
// answer. A handler that answers much and reads nothing must not wait for them.
func TestEarlyAnswer(t *testing.T) {
	each(t, func(t *testing.T, d dialect) {
		const size = 3 << 20
		c, _ := d.start(t, func(w http.ResponseWriter, r *http.Request) {
			w.Write(make([]byte, size))
		})
		c.send(d.post(size), make([]byte, size))
		if status, _, body := c.answer(); status != 200 || len(body) != size {
			t.Errorf("got %d, %d bytes", status, len(body))
		}
	})
}

// The answer to a request whose body nobody reads arrives whole, though the front
// server goes on sending. On TCP a close with unread bytes would reset it.
func TestUnreadBody(t *testing.T) {
	each(t, func(t *testing.T, d dialect) {
		l, _, _ := d.launch(t, "tcp", oneshot.Settings{Handler: http.HandlerFunc(hello)})
		for _, sent := range []int{1000, 1 << 20, 1<<20 + 100} { // short of what was declared, or beyond
			c := d.dial(t, l)
			go c.Write(append(d.post(1<<20), make([]byte, sent)...))
			c.want(200, "Hello World")
			c.Close()
		}
	})
}

// An answer that breaks off is reset where that can be.
func TestBroken(t *testing.T) {
	each(t, func(t *testing.T, d dialect) {
		l, _, log := d.launch(t, "tcp", oneshot.Settings{Handler: http.HandlerFunc(
			func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/short" {
					w.Header().Set("Content-Length", "100")
				}
				io.WriteString(w, "begun")
				w.(http.Flusher).Flush()
				if r.URL.Path == "/panic" {
					panic(http.ErrAbortHandler)
				}
			})})
		for _, path := range []string{"/panic", "/short"} {
			c := d.dial(t, l)
			c.send(d.get(vars{"REQUEST_URI": path}))
			if b, err := io.ReadAll(c); !errors.Is(err, syscall.ECONNRESET) || !strings.HasPrefix(string(b)+d.status, d.status) {
				t.Errorf("%s: got %q, %v", path, b, err)
			}
		}
		if !strings.Contains(log.String(), "shorter than its Content-Length") {
			t.Errorf("log: %s", log)
		}
	})
}

// Nothing that outlives its request writes anywhere.
func TestWriteAfterEnd(t *testing.T) {
	each(t, func(t *testing.T, d dialect) {
		ended := make(chan bool)
		got := make(chan error, 2)
		c, _ := d.start(t, func(w http.ResponseWriter, r *http.Request) {
			go func() {
				<-ended
				got <- http.NewResponseController(w).SetWriteDeadline(time.Now())
				_, err := r.Body.Read(make([]byte, 1))
				got <- err
			}()
			hello(w, r)
		})
		c.send(d.post(1), []byte("x"))
		c.want(200, "Hello World")
		close(ended)
		if err := await(t, got, "SetWriteDeadline"); err == nil {
			t.Error("a deadline was set after the end")
		}
		if err := await(t, got, "Read"); !errors.Is(err, http.ErrBodyReadAfterClose) {
			t.Errorf("Read: %v", err)
		}
	})
}

// Shutdown lets a request finish; a connection on which nothing has come waits
// for its own.
func TestShutdown(t *testing.T) {
	each(t, func(t *testing.T, d dialect) {
		started, release := make(chan bool), make(chan bool)
		l, srv, _ := d.launch(t, "unix", oneshot.Settings{Handler: http.HandlerFunc(
			func(w http.ResponseWriter, r *http.Request) {
				started <- true
				<-release
				hello(w, r)
			})})
		c := d.dial(t, l)
		c.send(d.get(nil))
		await(t, started, "the request")
		down := make(chan error)
		go func() { down <- srv.Shutdown(context.Background()) }()
		close(release)
		c.want(200, "Hello World")
		if err := await(t, down, "Shutdown"); err != nil {
			t.Error(err)
		}
	})
}

// Close cancels what runs.
func TestClose(t *testing.T) {
	each(t, func(t *testing.T, d dialect) {
		started, cause := make(chan bool), make(chan error, 1)
		l, srv, _ := d.launch(t, "unix", oneshot.Settings{Handler: http.HandlerFunc(
			func(w http.ResponseWriter, r *http.Request) {
				close(started)
				<-r.Context().Done()
				cause <- gangplank.From(r).Cause()
			})})
		d.dial(t, l).send(d.get(nil))
		await(t, started, "the request")
		srv.Close()
		if err := await(t, cause, "the cancellation"); !errors.Is(err, net.ErrClosed) {
			t.Errorf("cause is %v", err)
		}
	})
}
