package fastcgi

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
)

// The contexts of BaseContext and ConnContext end requests, also one that begins
// later on a kept connection, as in net/http.
func TestContextsEndRequests(t *testing.T) {
	const life = time.Hour
	errEnd := errors.New("the program ends")
	inner := func(ctx context.Context) context.Context {
		ctx, cancel := context.WithTimeoutCause(ctx, life, errEnd)
		context.AfterFunc(ctx, cancel)
		return ctx
	}
	for desc, s := range map[string]*Server{
		"BaseContext": {BaseContext: func(net.Listener) context.Context { return inner(context.Background()) }},
		"ConnContext": {ConnContext: func(ctx context.Context, _ net.Conn) context.Context { return inner(ctx) }},
	} {
		t.Run(desc, func(t *testing.T) {
			s.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/quick" && r.Context().Err() != nil {
					t.Errorf("ended too early: %v", r.Context().Err())
				} else if r.URL.Path == "/slow" {
					<-r.Context().Done()
					if err := gangplank.From(r).Cause(); err != errEnd {
						t.Errorf("cause is %v", err)
					}
				}
				hello(w, r)
			})
			timed(t, s, func(c *client, _ *protocoltest.Logs) {
				start := time.Now()
				for _, path := range []string{"/quick", "/slow", "/slow"} {
					if a := c.do(get(path)); a.body != "Hello World" {
						t.Errorf("%s: got %+v", path, a)
					}
				}
				if got := time.Since(start); got != life {
					t.Errorf("ended after %v", got)
				}
			})
		})
	}
}
