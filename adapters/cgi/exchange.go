package cgi

import (
	"errors"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
	"github.com/gangplank-web/gangplank/adapters/internal/serve"
	"github.com/gangplank-web/gangplank/adapters/internal/spool"
)

var (
	// ErrBroken is returned by Serve when the answer is not whole.
	ErrBroken = errors.New("cgi: the answer broke off")
	// ErrPanic is returned by Serve with [Server.FailOnPanic].
	ErrPanic = errors.New("cgi: the handler panicked")
)

// exchange is the request, its answer and all that belongs to them.
type exchange struct {
	gangplank.Exchange
	*settings

	gateway gangplank.Gateway
	facts   facts
	body    spool.Body
	life    life
	response
}

// serve answers the one request.
func (set *settings) serve() error {
	x := &exchange{settings: set}
	x.header = make(http.Header)
	x.out = output{to: set.stdout, buf: make([]byte, 0, bufferSize)}
	x.facts.stderr = set.stderr
	w, r := x.Init(lifeContext{withLocalAddr(set.base, set.environ), x}, x)
	r.Body = http.NoBody

	var refusal error
	x.gateway, refusal = x.facts.Fill(r, set.environ, &set.request)
	x.gateway.Facts = &x.facts
	x.SetGateway(&x.gateway)
	if refusal != nil {
		return x.refuse(w, refusal)
	}
	x.facts.SetUser(&x.Context, &set.request)
	x.openBody(r)
	x.upgradable = takesUpgrade(x.gateway.Software, r)
	return x.answer(w, r)
}

// openBody makes standard input the body, if there is one.
func (x *exchange) openBody(r *http.Request) {
	if r.ContentLength == 0 {
		return
	}
	var src spool.Source = input{x.stdin}
	if r.ContentLength > 0 {
		src = &spool.Sized{Source: src, N: r.ContentLength}
	}
	x.body.Init(src, &x.settings.body)
	r.Body = &x.body
}

// refuse answers a request that has no *http.Request. That is an answer, and no
// failure of the program.
func (x *exchange) refuse(w *gangplank.Writer, refusal error) error {
	x.log.Warn("cgi: request refused", "error", refusal)
	status := gangplank.StatusOf(refusal)
	http.Error(w, http.StatusText(status), status)
	w.Finish(x)
	return x.end()
}

// answer calls the handler and ends the answer. It does so in Serve's goroutine:
// another one would mean another thread, and that is time.
func (x *exchange) answer(w *gangplank.Writer, r *http.Request) error {
	x.begin(r)
	defer x.life.end()
	defer x.Cancel(nil)
	returned := false
	defer func() {
		if !returned { // runtime.Goexit, which would leave a main goroutine nowhere to go
			x.breakOff()
			os.Exit(1)
		}
	}()
	err := serve.Run(x.handler, w, r, x, x.log)
	returned = true
	switch {
	case x.conn != nil:
		return x.await(err)
	case err == nil:
		return x.finish(r)
	case err != http.ErrAbortHandler && serve.Replace(w, r, x, x.log):
		if err := x.end(); err != nil || !x.failOnPanic {
			return err
		}
		return ErrPanic
	}
	return x.breakOff()
}

// await waits until the handler's connection is closed. If the handler panicked
// then there may be nobody left to do that, and the process would stay for ever.
func (x *exchange) await(panicked error) error {
	if panicked != nil {
		x.conn.Close()
		return ErrBroken
	}
	<-x.conn.closed
	return nil
}

// finish ends the answer of a handler that has returned, and of its Writer.
func (x *exchange) finish(r *http.Request) error {
	serve.LogTrailers(x.log, "cgi", r, x.header)
	if x.written < x.owed && x.out.err == nil {
		x.log.Error("cgi: response is shorter than its Content-Length",
			"declared", x.owed, "written", x.written, "method", r.Method, "path", r.URL.Path)
		return x.breakOff()
	}
	return x.end()
}

// end sends what is left of a whole answer.
func (x *exchange) end() error {
	err := x.send()
	x.Cancel(nil)
	x.drain()
	if gone(err) {
		x.log.Debug("cgi: the client went away", "error", err)
		return nil
	}
	return err
}

// breakOff ends an answer that is not whole. If nothing of it is out, then
// nothing goes out, which web servers answer with a page of status 500 or 502;
// otherwise there is nothing by which they could tell, so that they may as well
// have what there is.
func (x *exchange) breakOff() error {
	if x.out.begun {
		x.send()
	}
	if gone(x.out.err) || x.Cause() == ErrTerminated {
		return nil // nobody is left to be deceived
	}
	x.Cancel(ErrBroken)
	return ErrBroken
}

// drainTime is how long a body that nobody wants is still read.
const drainTime = 10 * time.Second

// drain reads the rest of the body if standard input is a socket, as under
// Apache's mod_cgid: closed with something unread it would be reset, and the
// server's read of the answer end in an error. A pipe can be left as it is.
func (x *exchange) drain() {
	f, ok := x.stdin.(interface{ Stat() (os.FileInfo, error) })
	if !ok {
		return
	}
	if info, err := f.Stat(); err == nil && info.Mode()&os.ModeSocket != 0 {
		x.body.Finish(drainTime)
	}
}

// gone reports whether a write failed because nobody reads any more.
func gone(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, os.ErrDeadlineExceeded)
}

// takesUpgrade reports whether the web server gives the connection away after
// an answer of 101: lighttpd does with cgi.upgrade = "enable", and then passes
// on the Upgrade field; other servers have nothing like it.
func takesUpgrade(software string, r *http.Request) bool {
	return strings.HasPrefix(software, "lighttpd/") && r.Header.Get("Upgrade") != "" &&
		gateway.HasToken(r.Header["Connection"], "upgrade")
}
