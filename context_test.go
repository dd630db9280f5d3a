package gangplank_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank"
)

// toyAdapter is the smallest adapter: it builds its request attached, in one
// object, and keeps the answer.
type toyAdapter struct {
	gangplank.Exchange
	head http.Header
	out  bytes.Buffer
}

func (a *toyAdapter) Header() http.Header         { return a.head }
func (a *toyAdapter) WriteHeader(status int)      { fmt.Fprintf(&a.out, "[%d]", status) }
func (a *toyAdapter) Write(p []byte) (int, error) { return a.out.Write(p) }

func (a *toyAdapter) serve(conn context.Context, h http.Handler) error {
	a.head = make(http.Header)
	w, r := a.Init(conn, a)
	r.Method, r.RequestURI = "GET", "/mount/x"
	r.URL = &url.URL{Path: "/x"}
	r.RemoteAddr = "192.0.2.7:4711"
	a.SetGateway(&gangplank.Gateway{Interface: "Toy/1", ScriptName: "/mount"})
	h.ServeHTTP(w, r)
	w.Finish(a)
	a.Cancel(nil)
	return r.Context().Err()
}

func TestAdapter(t *testing.T) {
	type key struct{}
	conn := context.WithValue(context.Background(), key{}, "connection")
	var a toyAdapter
	router := gangplank.New()
	router.Use(attach, attach)
	router.Get("/x", func(w http.ResponseWriter, r *http.Request) {
		c := gangplank.From(r)
		if c.Detached() || r.Context().Value(key{}) != "connection" || r.Context().Err() != nil {
			t.Errorf("detached %v, context %v", c.Detached(), r.Context())
		}
		if gangplank.URL(r, "x") != "/mount/x" || c.ClientIP() != netip.MustParseAddr("192.0.2.7") {
			t.Errorf("URL %q, client %v", gangplank.URL(r, "x"), c.ClientIP())
		}
		w.WriteHeader(http.StatusEarlyHints)
		io.WriteString(w, "hello")
	}).Name("x")
	if err := a.serve(conn, router); err != context.Canceled {
		t.Errorf("after the handler the context says %v", err)
	}
	if got, want := a.out.String(), "[103][200]hello"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := a.head.Get("Content-Length") + a.head.Get("Content-Type"); got != "5text/plain; charset=utf-8" {
		t.Errorf("got header %v", a.head)
	}
}

// Cancelling the request cancels what was derived from it, and starts no
// goroutine to do so.
func TestCancel(t *testing.T) {
	var c gangplank.Exchange
	_, r := c.Init(context.Background(), httptest.NewRecorder())
	child, stop := context.WithTimeout(r.Context(), time.Hour)
	defer stop()
	called := make(chan struct{})
	context.AfterFunc(r.Context(), func() { close(called) })
	stopped := context.AfterFunc(r.Context(), func() { t.Error("a stopped AfterFunc ran") })
	if !stopped() || stopped() {
		t.Error("stop of an AfterFunc: want true, then false")
	}
	cause := errors.New("client went away")
	c.Cancel(cause)
	c.Cancel(errors.New("second"))
	<-r.Context().Done()
	<-child.Done()
	<-called
	if r.Context().Err() != context.Canceled || child.Err() != context.Canceled || c.Cause() != cause {
		t.Errorf("request %v, child %v, cause %v", r.Context().Err(), child.Err(), c.Cause())
	}
	late := make(chan struct{})
	context.AfterFunc(r.Context(), func() { close(late) })
	<-late
}

// askedContext counts how often it is told that somebody asks.
type askedContext struct {
	context.Context
	asked *int
}

func (c askedContext) CancelAsked() { *c.asked++ }

// An adapter learns when somebody wants to know of a cancellation.
func TestCancelAsked(t *testing.T) {
	for name, ask := range map[string]func(context.Context){
		"Done":        func(ctx context.Context) { ctx.Done() },
		"Err":         func(ctx context.Context) { ctx.Err() },
		"AfterFunc":   func(ctx context.Context) { context.AfterFunc(ctx, func() {}) },
		"WithTimeout": func(ctx context.Context) { _, stop := context.WithTimeout(ctx, time.Hour); stop() },
	} {
		var c gangplank.Exchange
		asked := 0
		_, r := c.Init(askedContext{context.Background(), &asked}, httptest.NewRecorder())
		r.Context().Value("nothing")
		r.Context().Deadline()
		if asked != 0 {
			t.Errorf("%s: asked too early", name)
		}
		ask(r.Context())
		if asked == 0 {
			t.Errorf("%s: not told", name)
		}
	}
}

// Attached over net/http the context is the server's, with its cancellation.
func TestContextOverNetHTTP(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	h := attach(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		child, stop := context.WithCancel(r.Context())
		defer stop()
		called := make(chan struct{})
		context.AfterFunc(r.Context(), func() { close(called) })
		cancel(io.ErrClosedPipe)
		<-child.Done()
		<-called
		if context.Cause(child) != io.ErrClosedPipe || r.Context().Err() != context.Canceled {
			t.Errorf("cause %v, error %v", context.Cause(child), r.Context().Err())
		}
	}))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil).WithContext(ctx))
}

var toySlot = gangplank.NewSlot[*strings.Reader]("toy")

func TestSlot(t *testing.T) {
	other := make([]gangplank.Slot[int], 20)
	for i := range other {
		other[i] = gangplank.NewSlot[int]("n")
	}
	value := strings.NewReader("x")
	attach(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if got, ok := toySlot.Lookup(r); got != nil || ok {
			t.Errorf("empty slot: %v, %v", got, ok)
		}
		for i, s := range other {
			s.Set(r, i)
		}
		toySlot.Set(r, value)
		r2 := r.WithContext(context.WithValue(r.Context(), toySlot, "foreign value"))
		if toySlot.Get(r2) != value || other[19].Get(r2) != 19 || other[0].Get(r2) != 0 {
			t.Errorf("got %v, %v, %v", toySlot.Get(r2), other[19].Get(r2), other[0].Get(r2))
		}
		if outer, inner := toySlot.Swap(r, nil), toySlot.Swap(r, value); outer != value || inner != nil {
			t.Errorf("swapped for %v, then %v", outer, inner)
		}
		if n := testing.AllocsPerRun(10, func() { toySlot.Set(r, value); toySlot.Get(r) }); n != 0 {
			t.Errorf("%v allocations", n)
		}
	})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	bare := httptest.NewRequest("GET", "/", nil)
	toySlot.Set(bare, value)
	if toySlot.Swap(bare, value) != nil || toySlot.Get(bare) != nil {
		t.Error("a slot of an unattached request kept a value")
	}
}

func TestFacts(t *testing.T) {
	var logged bytes.Buffer
	attach(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := gangplank.From(r)
		if !c.User().Anonymous() || c.ClientIP().String() != "192.0.2.1" || c.ClientIPSet() || c.RequestID() != "" {
			t.Errorf("at first: %v %v %q", c.User(), c.ClientIP(), c.RequestID())
		}
		c.SetLogger(slog.New(slog.NewTextHandler(&logged, nil)))
		c.SetRequestID("id-1")
		c.SetClientIP(netip.MustParseAddr("::ffff:198.51.100.4"))
		c.SetUser(gangplank.Identity{Name: "alice", Roles: []string{"editor"}})
		c.SetFailure(io.EOF)
		c = gangplank.From(r.WithContext(context.WithValue(r.Context(), t, 1)))
		c.Logger().Info("hello")
		if !c.User().HasRole("editor") || c.ClientIP().String() != "198.51.100.4" || c.Failure() != io.EOF {
			t.Errorf("set: %v %v %v", c.User(), c.ClientIP(), c.Failure())
		}
		if c.SetClientIP(netip.Addr{}); c.ClientIP().IsValid() || !c.ClientIPSet() {
			t.Errorf("a client that cannot be known is %v", c.ClientIP())
		}
	})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	if !strings.Contains(logged.String(), "request_id=id-1") {
		t.Errorf("log line without the request id: %s", &logged)
	}
}

// The text of the client's address is that of the address, however it is found.
func TestClientText(t *testing.T) {
	for _, remote := range []string{
		"192.0.2.1:80", "192.0.2.1", "[2001:db8::1]:80", "2001:db8::1", "2001:db8::", "[::ffff:192.0.2.1]:80", "[fe80::1%eth0]:80",
		"1234:db8:1.2.3.4", "1234:", "1.2.3:80", "1.2.3.4.5:80", "1.2.3.4x:80", "@", "", ":80", "localhost:80", "unix:/run/x",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = remote
		c := gangplank.From(r)
		var want string
		if ip := c.ClientIP(); ip.IsValid() {
			want = ip.String()
		}
		if got := c.ClientText(); got != want {
			t.Errorf("%q: got %q, want %q", remote, got, want)
		}
	}
	attach(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		c := gangplank.From(r)
		for _, ip := range []netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("198.51.100.4"), netip.MustParseAddr("2001:db8::1")} {
			if c.SetClientIP(ip); c.ClientText() != ip.String() {
				t.Errorf("set %s, got %q", ip, c.ClientText())
			}
		}
		if c.SetClientIP(netip.Addr{}); c.ClientText() != "" {
			t.Errorf("a client that cannot be known is %q", c.ClientText())
		}
	})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
}

// A detached Context knows the request's own facts; its setters do nothing.
func TestDetached(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "[2001:db8::1]:80"
	c := gangplank.From(r)
	c.SetRequestID("x")
	c.SetUser(gangplank.Identity{Name: "x"})
	if !c.Detached() || c.RequestID() != "" || !c.User().Anonymous() || c.ClientIP().String() != "2001:db8::1" ||
		c.Gateway().ScriptName != "" || c.Route() != nil || c.Pattern() != "" || c.Logger() == nil {
		t.Errorf("detached Context: %+v", c.Gateway())
	}
	if _, err := gangplank.URLFor(r, "x"); err == nil {
		t.Error("URLFor without a Router found a route")
	}
}

func TestNoSession(t *testing.T) {
	s := gangplank.From(httptest.NewRequest("GET", "/", nil)).Session()
	if s.Get("x") != nil || len(s.Flashes()) != 0 {
		t.Error("a missing session is not empty")
	}
	defer func() {
		if msg := fmt.Sprint(recover()); !strings.Contains(msg, "middleware/session") {
			t.Errorf("panic %q does not name the missing middleware", msg)
		}
	}()
	s.Set("x", 1)
}

// Handlers that ignore their context, and their goroutines, may use the Context
// while other layers set it. Run with -race.
func TestConcurrentFacts(t *testing.T) {
	attach(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				c := gangplank.From(r)
				c.SetRequestID(fmt.Sprint(i))
				c.SetUser(gangplank.Identity{Name: "x"})
				c.SetErrorRenderer(nil)
				_, _, _, _ = c.Logger(), c.User(), c.ClientIP(), c.Pattern()
				toySlot.Set(r, nil)
				toySlot.Get(r)
			})
		}
		wg.Wait()
	})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
}

// Setters of a detached Context do nothing, which whoever watches is told.
func TestWatchDetached(t *testing.T) {
	var got []string
	ctx := gangplank.WatchDetached(context.Background(), func(setter string) { got = append(got, setter) })
	r := httptest.NewRequest("GET", "/", nil).WithContext(ctx)
	c := gangplank.From(r)
	c.SetRequestID("x")
	c.SetUser(gangplank.Identity{Name: "x"})
	toySlot.Set(r, nil)
	c.RequestID()
	attach(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { gangplank.From(r).SetRequestID("x") })).
		ServeHTTP(httptest.NewRecorder(), r)
	if want := []string{"SetRequestID", "SetUser", "Set"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The error of a request's context is that of net/http: what ended it is told apart
// as far as package context does.
func TestContextErr(t *testing.T) {
	for _, c := range []struct{ cause, want error }{
		{nil, context.Canceled},
		{io.ErrClosedPipe, context.Canceled},
		{context.DeadlineExceeded, context.DeadlineExceeded},
	} {
		var x gangplank.Exchange
		_, r := x.Init(t.Context(), httptest.NewRecorder())
		x.Cancel(c.cause)
		if err := r.Context().Err(); err != c.want {
			t.Errorf("cancelled with %v: Err is %v, want %v", c.cause, err, c.want)
		}
	}
}
