package adapters

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/listen"
)

// fake is a protocol whose server only tells what is done to it.
type fake struct {
	events *events
	closed chan struct{}
	once   *sync.Once
	fault  error // of Validate
	fail   error // of Serve
	hang   bool  // Shutdown waits for its context
	end    error // of Shutdown
}

// events are what the fakes saw, in order.
type events struct {
	mu   sync.Mutex
	list []string
	new  chan string
}

func newEvents() *events { return &events{new: make(chan string, 100)} }

func (e *events) add(s string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.list = append(e.list, s)
	e.new <- s
}

// wait returns when an event came n times.
func (e *events) wait(s string, n int) {
	for n > 0 {
		if <-e.new == s {
			n--
		}
	}
}

func (f *fake) Validate() error { return f.fault }

func (f *fake) Serve(l net.Listener) error {
	defer l.Close()
	f.events.add("serve")
	if f.fail != nil {
		return f.fail
	}
	<-f.closed
	return http.ErrServerClosed
}

func (f *fake) Shutdown(ctx context.Context) error {
	f.events.add("shutdown")
	if f.hang {
		<-ctx.Done()
		return ctx.Err()
	}
	f.once.Do(func() { close(f.closed) })
	return f.end
}

func (f *fake) Close() error {
	f.events.add("close")
	f.once.Do(func() { close(f.closed) })
	return nil
}

var errBroken = errors.New("the listener broke")

// fakes is a table with a protocol that works, one whose listener fails, one that never finishes, and one that cannot start.
func fakes(e *events) []protocol {
	open := func(f fake) func(setup) server {
		return func(s setup) server {
			s.options.Secret()
			f.events, f.closed, f.once = e, make(chan struct{}), new(sync.Once)
			return &f
		}
	}
	return []protocol{
		{listen.Scheme{Name: "good"}, open(fake{})},
		{listen.Scheme{Name: "gate", Gateway: true}, open(fake{})},
		{listen.Scheme{Name: "broken"}, open(fake{fail: errBroken})},
		{listen.Scheme{Name: "slow"}, open(fake{hang: true})},
		{listen.Scheme{Name: "nocert"}, open(fake{fault: errors.New("no certificate")})},
	}
}

func TestServeUntilTheContextEnds(t *testing.T) {
	e := newEvents()
	ctx, cancel := context.WithCancel(t.Context())
	path := filepath.Join(t.TempDir(), "s")
	go func() {
		e.wait("serve", 3)
		cancel()
	}()
	if err := serve(ctx, fakes(e), nil, []string{"good://127.0.0.1:0", "gate+unix:" + path, "good://127.0.0.1:0"}); err != nil {
		t.Errorf("got %v after a graceful stop, want nil", err)
	}
	if got := strings.Join(e.list[3:], " "); got != "shutdown shutdown shutdown" {
		t.Errorf("got %s, want three shutdowns and no close", got)
	}
	if _, err := os.Lstat(path); err == nil {
		t.Error("the socket file was left behind")
	}
}

func TestOneFailingListenerStopsTheOthers(t *testing.T) {
	e := newEvents()
	err := serve(t.Context(), fakes(e), nil, []string{"good://127.0.0.1:0", "broken://127.0.0.1:0?secret=hunter2", "good://127.0.0.1:0"})
	if !errors.Is(err, errBroken) || !strings.Contains(err.Error(), "broken://127.0.0.1:0?secret=...") {
		t.Errorf("got %v, want the error of the listener, with its address", err)
	}
	if got := strings.Count(strings.Join(e.list, " "), "shutdown"); got != 3 {
		t.Errorf("got %v, want each server shut down", e.list)
	}
}

func TestGraceEnds(t *testing.T) {
	e := newEvents()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		e.wait("serve", 2)
		cancel()
	}()
	err := serve(ctx, fakes(e), nil, []string{"slow://127.0.0.1:0?grace=10ms", "good://127.0.0.1:0"})
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "slow://127.0.0.1:0?grace=10ms") {
		t.Errorf("got %v, want an error that names the address", err)
	}
	if got := e.list[len(e.list)-1]; got != "close" {
		t.Errorf("got %s at last, want the hanging server closed", got)
	}
}

// Only what ran out of time was broken off.
func TestStopFails(t *testing.T) {
	broken := errors.New("the socket file cannot be removed")
	table := []protocol{{listen.Scheme{Name: "good"}, func(setup) server {
		return &fake{events: newEvents(), closed: make(chan struct{}), once: new(sync.Once), end: broken}
	}}}
	list, err := prepare(table, setup{}, []string{"good://127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	if err := list.stop(t.Context()); !errors.Is(err, broken) || strings.Contains(err.Error(), "broken off") {
		t.Errorf("got %v", err)
	}
}

func TestNothingIsBoundWhenOneAddressIsWrong(t *testing.T) {
	e := newEvents()
	path := filepath.Join(t.TempDir(), "s")
	err := serve(t.Context(), fakes(e), nil, []string{
		"good+unix:" + path, "other://127.0.0.1:0", "gate://:0", "nocert://127.0.0.1:0?colour=red", "good://127.0.0.1:0?grace=soon",
	})
	for _, want := range []string{`unknown scheme "other" (known: good, gate, broken, slow, nocert)`, "believes whoever connects", "no certificate", "colour", `grace="soon"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
	if _, err := os.Lstat(path); err == nil || len(e.list) > 0 {
		t.Errorf("the good address was bound; events %v", e.list)
	}
}

func TestServeWithoutAddress(t *testing.T) {
	if err := Serve(t.Context(), nil); err == nil || err.Error() != "adapters: no address to listen on" {
		t.Errorf("got %v", err)
	}
}

func TestActivated(t *testing.T) {
	for names, want := range map[string]string{
		"web":                     "http+systemd:",
		"web unknown app.socket":  "http+systemd:",
		"fastcgi":                 "fastcgi+systemd://fastcgi",
		"web fastcgi z fastcgi a": "fastcgi+systemd://fastcgi http+systemd:",
		"https":                   "http+systemd:",
	} {
		if got := strings.Join(activated(strings.Fields(names)), " "); got != want {
			t.Errorf("%s: got %s, want %s", names, got, want)
		}
	}
}
