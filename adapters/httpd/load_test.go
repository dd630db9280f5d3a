package httpd_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/httpd"
)

// Under load no request that the server has begun to read is lost.
func TestShutdownUnderLoad(t *testing.T) {
	for name, set := range map[string]func(*http.Protocols){"HTTP/1.1": http1, "HTTP/2": h2c} {
		t.Run(name, func(t *testing.T) {
			begun := make(chan struct{}, 1000)
			s := &httpd.Server{H2C: true, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				select {
				case begun <- struct{}{}:
				default:
				}
				io.WriteString(w, strings.Repeat("x", 10_000))
			})}
			addr := start(t, s)
			var peers sync.WaitGroup
			for range 8 {
				c, _ := client(t, set)
				peers.Go(func() { load(t, c, "http://"+addr) })
			}
			for range 100 {
				<-begun
			}
			if err := s.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
			peers.Wait()
		})
	}
}

// load asks until the server is gone. An answer that has begun must be whole.
func load(t *testing.T, c *http.Client, url string) {
	for {
		res, err := c.Get(url)
		if err != nil {
			return
		}
		n, err := io.Copy(io.Discard, res.Body)
		res.Body.Close()
		if n != 10_000 || err != nil {
			t.Errorf("got %d bytes, %v", n, err)
			return
		}
	}
}
