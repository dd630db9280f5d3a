package oneshot_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/oneshot"
	"github.com/gangplank-web/gangplank/adapters/internal/spool"
)

func TestHello(t *testing.T) {
	each(t, func(t *testing.T, d dialect) {
		c, log := d.start(t, hello)
		c.send(d.get(nil))
		status, head, body := c.answer()
		if status != 200 || body != "Hello World" || !strings.Contains(head, "Content-Length: 11\r\nContent-Type: text/plain; charset=utf-8") {
			t.Errorf("got %s, %q", head, body)
		}
		if log.String() != "" {
			t.Errorf("log: %s", log)
		}
	})
}

func TestOneByteAtATime(t *testing.T) {
	each(t, func(t *testing.T, d dialect) {
		c, _ := d.start(t, func(w http.ResponseWriter, r *http.Request) {
			b, err := io.ReadAll(r.Body)
			fmt.Fprintf(w, "%s %q %v", r.RequestURI, b, err)
		})
		for _, b := range append(d.post(4), "body"...) {
			c.send([]byte{b})
		}
		c.want(200, `/hello?lang=en "body" <nil>`)
	})
}

// Wherever a head ends too soon, nothing is served, and one line says so; before
// the first byte it is nobody's fault.
func TestTruncated(t *testing.T) {
	each(t, func(t *testing.T, d dialect) {
		l, _, log := d.launch(t, "unix", oneshot.Settings{Handler: http.HandlerFunc(
			func(http.ResponseWriter, *http.Request) { t.Error("the handler was called") })})
		whole := d.get(nil)
		for n := range whole {
			c := d.dial(t, l)
			c.send(whole[:n])
			c.Conn.(interface{ CloseWrite() error }).CloseWrite()
			if b, err := io.ReadAll(c); err != nil || len(b) > 0 {
				t.Errorf("%d bytes: got %q, %v", n, b, err)
			}
		}
		if got := strings.Count(log.String(), "connection dropped\" error=\"unexpected EOF\""); got != len(whole)-1 {
			t.Errorf("%d lines for %d heads:\n%.500s", got, len(whole)-1, log)
		}
	})
}

// What is refused is answered with a page, and a line in the log.
func TestRefused(t *testing.T) {
	each(t, func(t *testing.T, d dialect) {
		short := d.pairs(nil)
		for _, test := range []struct {
			desc   string
			head   []byte
			status int
			log    string
		}{
			{"too long", d.get(vars{"HTTP_X": strings.Repeat("x", 5000)}), 431, "bytes"},
			{"too many", d.block(d.pairs(nil) + strings.Repeat(d.pair("X", ""), 40)), 431, "more than 40 variables"},
			{"cut short", d.block(short[:len(short)-1]), 400, "cut short"},
			{"without a name", d.block(short + d.pair("", "x")), 400, "cut short"},
			{"nothing", d.block(""), 400, "REQUEST_METHOD"},
			{"negative length", d.get(vars{"CONTENT_LENGTH": "-7"}), 400, `CONTENT_LENGTH \"-7\"`},
			{"another length than the client's", d.get(vars{"HTTP_CONTENT_LENGTH": "70000"}), 400, "is not the client's"},
			{"bad address", d.get(vars{"REMOTE_ADDR": "mars\nattacks"}), 400, `mars\\nattacks`},
			{"bad path", d.get(vars{"REQUEST_URI": "/%zz" + strings.Repeat("A", 2000)}), 400, "bad escape"},
		} {
			t.Run(test.desc, func(t *testing.T) {
				l, _, log := d.launch(t, "unix", oneshot.Settings{MaxParamBytes: 4096, MaxParams: 40, Handler: http.HandlerFunc(
					func(http.ResponseWriter, *http.Request) { t.Error("the handler was called") })})
				c := d.dial(t, l)
				go c.Write(append(test.head, "a body that nobody reads"...))
				c.want(test.status, http.StatusText(test.status)+"\n")
				c.Close()
				if got := log.String(); !strings.Contains(got, test.log) || strings.Count(got, "\n") != 1 || len(got) > 500 {
					t.Errorf("log does not say %s in one short line:\n%.1000s", test.log, got)
				}
			})
		}
	})
}

func TestReadHeaderTimeout(t *testing.T) {
	each(t, func(t *testing.T, d dialect) {
		l, _, log := d.launch(t, "unix", oneshot.Settings{Handler: http.HandlerFunc(hello), ReadHeaderTimeout: 20 * time.Millisecond})
		for _, n := range []int{0, 1, 20} {
			c := d.dial(t, l)
			c.Write(d.get(nil)[:n]) // which may come too late to be read: then it fails, or the end is a reset
			if b, err := io.ReadAll(c); errors.Is(err, os.ErrDeadlineExceeded) || len(b) > 0 {
				t.Errorf("%d bytes: got %q, %v", n, b, err)
			}
		}
		if got := strings.Count(log.String(), "timeout"); got != 3 {
			t.Errorf("log: %s", log)
		}
	})
}

// One connection too many is told so.
func TestTooManyConnections(t *testing.T) {
	each(t, func(t *testing.T, d dialect) {
		started, release := make(chan bool), make(chan bool)
		l, _, log := d.launch(t, "unix", oneshot.Settings{MaxConns: 1, Handler: http.HandlerFunc(
			func(w http.ResponseWriter, r *http.Request) {
				started <- true
				<-release
				hello(w, r)
			})})
		first, second := d.dial(t, l), d.dial(t, l)
		first.send(d.get(nil))
		await(t, started, "the first request")
		second.send(d.get(nil))
		second.want(503, "Service Unavailable\n")
		second.Close()
		close(release)
		first.want(200, "Hello World")
		if !strings.Contains(log.String(), "too many") {
			t.Errorf("log: %s", log)
		}
	})
}

func TestBadSettings(t *testing.T) {
	each(t, func(t *testing.T, d dialect) {
		for want, s := range map[string]oneshot.Settings{
			"Mount: ":         {Mount: "app"},
			"DisableQuirks: ": {Mount: "app", DisableQuirks: []string{"no-such"}},
			"AllowedPeers: ":  {Mount: "app", AllowedPeers: make([]netip.Prefix, 1)},
			"BodyDir: ":       {Mount: "app", Body: spool.Limits{Dir: "no-such"}},
		} {
			srv := d.server(s)
			err := srv.(interface{ Validate() error }).Validate()
			if err == nil || !strings.HasPrefix(err.Error(), d.name+": Mount: ") || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: Validate returned %v", want, err)
				continue
			}
			l := &closing{}
			if got := srv.Serve(l); got == nil || got.Error() != err.Error() || !l.closed {
				t.Errorf("%s: Serve returned %v; listener closed: %t", want, got, l.closed)
			}
		}
	})
}
