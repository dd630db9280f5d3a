package httpd_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank/adapters/httpd"
)

// With IdleGrace a kept connection may bring one more request, and Shutdown waits
// no longer than there are connections.
func TestIdleGrace(t *testing.T) {
	for _, leaves := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s, l := &httpd.Server{Handler: http.HandlerFunc(hello), IdleGrace: time.Minute}, newPipes()
			go s.Serve(l)
			used, unused := l.dial(), l.dial()
			for _, c := range []net.Conn{used, unused} {
				if res := ask(t, c); res.Close {
					t.Error("the first answer ends its connection")
				}
			}
			begin, stopped := time.Now(), make(chan error)
			go func() { stopped <- s.Shutdown(context.Background()) }()
			time.Sleep(time.Second)
			if res := ask(t, used); !res.Close {
				t.Error("the last answer does not end its connection")
			}
			wantClosed(t, used)
			want := time.Minute
			if leaves {
				unused.Close()
				want = time.Second
			}
			err := <-stopped
			if d := time.Since(begin); err != nil || d < want || d > want+time.Second { // net/http polls
				t.Errorf("got %v after %v, want %v", err, d, want)
			}
			unused.Close()
		})
	}
}

// A request under way when Shutdown comes has an answer that is the last, too.
func TestIdleGraceTellsRequestsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		proceed := make(chan struct{})
		s := &httpd.Server{IdleGrace: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { <-proceed })}
		l := newPipes()
		run(s, l)
		c := l.dial()
		go fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		synctest.Wait()
		stopped := shutDown(t, s)
		close(proceed)
		if res := answer(t, c); !res.Close {
			t.Error("the answer does not end its connection")
		}
		wantClosed(t, c)
		if err := <-stopped; err != nil {
			t.Error(err)
		}
	})
}

// That an answer is the last is said in its head only: handlers do not see it, and an
// interim response over HTTP/2 would be malformed with it (RFC 9113, section 8.2.2).
// There it makes a GOAWAY.
func TestIdleGraceIsToldInFinalHeads(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if v := w.Header()["Connection"]; v != nil {
			t.Errorf("the handler finds %q", v)
		}
		w.WriteHeader(http.StatusEarlyHints)
	})
	hinted := false
	trace := &httptrace.ClientTrace{Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
		if hinted = true; len(h["Connection"]) > 0 {
			t.Errorf("%d says %q", code, h)
		}
		return nil
	}}
	for _, set := range []func(*http.Protocols){http1, h2c} {
		synctest.Test(t, func(t *testing.T) {
			s, l := &httpd.Server{Handler: handler, IdleGrace: time.Minute, H2C: true}, newPipes()
			run(s, l)
			c, tr := client(t, set)
			tr.DialContext = func(context.Context, string, string) (net.Conn, error) { return l.dial(), nil }
			get(t, c, "http://x")
			begin, stopped := time.Now(), shutDown(t, s)
			r, _ := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), trace), "GET", "http://x", nil)
			res, err := c.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if !hinted {
				t.Errorf("%s: no hints", res.Proto)
			}
			if hinted = false; res.StatusCode != 200 || res.Close != (res.ProtoMajor == 1) {
				t.Errorf("got %+v", res)
			}
			if err := <-stopped; err != nil || time.Since(begin) > 2*time.Second {
				t.Errorf("%s: %v after %v", res.Proto, err, time.Since(begin))
			}
		})
	}
}

// The field by which an upgrade is agreed on is the handler's.
func TestIdleGraceUpgrade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l := &httpd.Server{IdleGrace: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Add("Connection", "Upgrade")
			w.Header().Add("Upgrade", "echo")
			w.WriteHeader(http.StatusSwitchingProtocols)
		})}, newPipes()
		run(s, l)
		c := l.dial()
		defer c.Close()
		stopped := shutDown(t, s)
		go fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil || res.StatusCode != 101 || fmt.Sprint(res.Header["Connection"]) != "[Upgrade]" {
			t.Errorf("got %+v, %v", res, err)
		}
		c.Close()
		if err := <-stopped; err != nil {
			t.Error(err)
		}
	})
}

// The end of Shutdown's patience ends the grace.
func TestIdleGraceEndsWithContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l := &httpd.Server{Handler: http.HandlerFunc(hello), IdleGrace: time.Minute}, newPipes()
		run(s, l)
		c := l.dial()
		ask(t, c)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begin := time.Now()
		if err := s.Shutdown(ctx); err != nil || time.Since(begin) != time.Second { // an idle connection is no failure
			t.Errorf("got %v after %v", err, time.Since(begin))
		}
		wantClosed(t, c)
	})
}
