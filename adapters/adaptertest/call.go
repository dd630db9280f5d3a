package adaptertest

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"sync"
)

// A call is one request on its way: the answer to the client on one side, the
// handler's report on the other.
type call struct {
	x      *exchange
	home   net.Listener
	cancel context.CancelFunc

	answered chan struct{} // closed when res or err is set
	res      *http.Response
	err      error
	interim  []interim

	accepted chan struct{} // closed when no more calls are taken
	called   chan struct{} // closed when the handler has called home, or cannot any more
	line     *link         // nil if the handler was not called
	ready    sync.Once     // closes called
	mu       sync.Mutex
	ours     string // the address of our own call, after the last of the handler's

	body    []byte
	bodyErr error
}

// interim is a 1xx response.
type interim struct {
	status int
	header http.Header
}

// start sends a request and returns at once.
func (x *exchange) start(req request) *call {
	home, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic("adaptertest: no loopback interface: " + err.Error())
	}
	ctx, cancel := context.WithCancel(x.ctx)
	k := &call{x: x, home: home, cancel: cancel, answered: make(chan struct{}), called: make(chan struct{}), accepted: make(chan struct{})}
	x.mu.Lock()
	x.calls = append(x.calls, k)
	x.mu.Unlock()
	go k.receiveCalls()
	go k.roundTrip(ctx, req)
	return k
}

func (k *call) roundTrip(ctx context.Context, req request) {
	defer close(k.answered)
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
			k.interim = append(k.interim, interim{code, http.Header(h)})
			return nil
		},
	})
	r, err := k.x.httpRequest(ctx, req, k.home.Addr().String())
	if err == nil {
		k.res, err = k.x.target.Transport.RoundTrip(r)
	}
	k.err = err
}

// receiveCalls takes the handler's call. More than one is a fault: somebody has
// sent the request twice.
func (k *call) receiveCalls() {
	defer close(k.accepted)
	defer k.ready.Do(func() { close(k.called) })
	for {
		conn, err := k.home.Accept()
		if err != nil {
			return
		}
		switch {
		case k.isOurs(conn):
			conn.Close()
			return
		case k.line == nil:
			k.line = newLink(conn)
			k.ready.Do(func() { close(k.called) })
		default:
			conn.Close()
			if k.x.differs(FrontRetries) {
				continue
			}
			k.x.errorf("the handler was called once more for the same request")
		}
	}
}

// callsEnd stops to wait for the handler's call: it calls before it answers, so
// once there is an answer, whoever calls after us will not call for this request.
func (k *call) callsEnd() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ours != "" {
		return
	}
	if conn, err := net.Dial("tcp", k.home.Addr().String()); err == nil {
		k.ours = conn.LocalAddr().String()
		conn.Close()
	}
}

func (k *call) isOurs(conn net.Conn) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return conn.RemoteAddr().String() == k.ours
}

// head waits for the head of the answer, and reports whether there is one.
func (k *call) head() bool {
	<-k.answered
	if k.err != nil {
		k.x.errorf("no answer: %v", k.err)
	}
	return k.err == nil
}

// handler waits until the handler has been called. It is never nil: a handler
// that was not called has hung up without a word.
func (k *call) handler() *link {
	select {
	case <-k.called:
	case <-k.x.ctx.Done():
		k.home.Close()
		<-k.called
	}
	if k.line == nil {
		ours, theirs := net.Pipe()
		theirs.Close()
		k.line = newLink(ours)
		k.x.errorf("the handler was not called")
	}
	return k.line
}

// hear waits until the handler has told a fact.
func (k *call) hear(name string) string {
	value, err := k.handler().await(k.x.ctx, name)
	if err != nil {
		k.x.errorf("from the handler: %v", err)
	}
	return value
}

// let gives the handler the word that it waits for.
func (k *call) let(name string) { k.handler().tell(name, "") }

// readAll reads the rest of the answer's body, once.
func (k *call) readAll() {
	if <-k.answered; k.err != nil || k.body != nil {
		return
	}
	k.body, k.bodyErr = io.ReadAll(k.res.Body)
	k.res.Body.Close()
}

// read reads the next n bytes of the answer's body.
func (k *call) read(n int) string {
	p := make([]byte, n)
	got, err := io.ReadFull(k.res.Body, p)
	if err != nil {
		k.x.errorf("the answer's body after %q: %v", p[:got], err)
	}
	return string(p[:got])
}

// finish waits for the answer's end and for the handler's last word.
func (k *call) finish() {
	k.readAll()
	k.callsEnd()
	k.report()
}

// report takes the handler's own findings once it has ended.
func (k *call) report() {
	line := k.handler()
	if err := line.awaitEnd(k.x.ctx); err != nil {
		k.x.errorf("the handler has not ended: %v", err)
	}
	for _, fault := range line.all("error") {
		k.x.errorf("the handler saw: %s", fault)
	}
}

func (k *call) close() {
	k.cancel()
	k.home.Close()
	<-k.answered
	<-k.accepted
	if k.line != nil {
		k.line.conn.Close()
	}
	if k.err == nil {
		k.res.Body.Close()
	}
}

// abort makes the client go away.
func (k *call) abort() { k.cancel() }

// answer says in short what came, for messages.
func (k *call) answer() string {
	switch {
	case k.err != nil:
		return fmt.Sprintf("no answer (%v)", k.err)
	case k.bodyErr != nil:
		return fmt.Sprintf("%d with %s, then %v", k.res.StatusCode, brief(k.body), k.bodyErr)
	}
	return fmt.Sprintf("%d with %s", k.res.StatusCode, brief(k.body))
}
