package gangplank

import (
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
)

// Context holds what is known about one request beyond *http.Request: request
// id, client address, user, logger, session, route, the gateway's facts, the
// failure. It is deliberately not a context.Context: nobody can pass it where
// r.Context(), with its deadline and cancellation, belongs.
//
// Handlers get it with [From], middleware with [Attach] or [AttachedFunc];
// adapters make one with [Exchange].
//
// All methods may be called from several goroutines at once, and after the
// request has ended: no Context, and nothing that it gives out, is used again
// for another request.
type Context struct {
	life    requestContext
	req     http.Request  // the attached request: it shares this allocation
	subject *http.Request // &req, or the bare request of a detached Context

	mu      sync.Mutex // guards what follows, and what facts points to
	facts   *facts     // &noFacts until something is set
	routing routing
}

// facts is what middleware and adapters set. A Context that only a Router needs
// goes without.
type facts struct {
	requestID string
	clientIP  netip.Addr
	clientSet bool // clientIP counts, even if it is none
	logged    bool // some layer logs the failure
	user      *Identity
	session   any // a Session, a SessionOpener until somebody asks, or nil
	failure   error
	logger    *slog.Logger // as set
	derived   *slog.Logger // logger with the request id, made on first use
	renderer  ErrorRenderer
	gateway   *Gateway
	slots     slots
}

// Detached reports whether the Context belongs to no request: [From] found none
// attached. Its setters do nothing, since nobody could read what they set.
func (c *Context) Detached() bool { return c.life.owner == nil }

// get locks c and returns the facts to read.
func (c *Context) get() *facts {
	c.mu.Lock()
	return c.facts
}

var noFacts facts // never written

// set locks c and returns the facts to write; those of a detached Context are
// nobody's.
func (c *Context) set() *facts {
	if c.Detached() {
		inVain(c.subject, 2)
		c.mu.Lock()
		return new(facts)
	}
	c.mu.Lock()
	if c.facts == &noFacts {
		c.facts = new(facts)
	}
	return c.facts
}

// RequestID returns the id that middleware gave this request, or "".
func (c *Context) RequestID() string {
	defer c.mu.Unlock()
	return c.get().requestID
}

// SetRequestID sets the id under which the request appears in logs, on error
// pages and in stored records.
func (c *Context) SetRequestID(id string) {
	f := c.set()
	f.requestID, f.derived = id, nil
	c.mu.Unlock()
}

// ClientIP returns the address of the client: the one that middleware found by
// the configured topology of proxies, else the peer's or, behind a gateway, the
// REMOTE_ADDR that the front server states. It is the zero Addr when none is
// known, as for a peer on a unix socket. No forwarding header is believed here.
func (c *Context) ClientIP() netip.Addr {
	f := c.get()
	ip, known := f.clientIP, f.clientSet
	c.mu.Unlock()
	if !known {
		ip = hostAddr(c.subject.RemoteAddr)
	}
	return ip
}

// SetClientIP sets what [Context.ClientIP] returns. The zero Addr says that the
// client cannot be known, so that nobody takes a proxy, which may be on
// loopback, for the client.
func (c *Context) SetClientIP(ip netip.Addr) {
	f := c.set()
	f.clientIP, f.clientSet = ip.Unmap(), true
	c.mu.Unlock()
}

// ClientIPSet reports whether [Context.SetClientIP] was called: whether ClientIP
// says what somebody has found out, and not only who the peer is.
func (c *Context) ClientIPSet() bool {
	defer c.mu.Unlock()
	return c.get().clientSet
}

// ClientText is the text of [Context.ClientIP], or "" when none is known, for
// logs. That is nearly always what RemoteAddr begins with: then it costs no
// allocation, and with four numbers, which are taken as they stand, hardly any time.
func (c *Context) ClientText() string {
	remote := c.subject.RemoteAddr
	if host := dotted(remote); host != "" && !c.ClientIPSet() {
		return host
	}
	ip := c.ClientIP()
	if !ip.IsValid() {
		return ""
	}
	var room [64]byte
	text := ip.AppendTo(room[:0])
	if host := hostOf(remote); host == string(text) {
		return host
	}
	return string(text)
}

// dotted is the IPv4 address at the beginning of a RemoteAddr, or "".
func dotted(remote string) string {
	n, dots := 0, 0
	for ; n < len(remote) && remote[n] != ':'; n++ {
		switch c := remote[n]; {
		case c == '.':
			dots++
		case c < '0' || c > '9':
			return ""
		}
	}
	if dots != 3 {
		return ""
	}
	return remote[:n]
}

// hostAddr is the address in a RemoteAddr.
func hostAddr(remote string) netip.Addr {
	ip, _ := netip.ParseAddr(hostOf(remote))
	return ip.Unmap()
}

// hostOf is the host in a RemoteAddr: "192.0.2.1:80", "[2001:db8::1]:80", or one
// without a port, as some gateways give it.
func hostOf(remote string) string {
	host := remote
	if i := strings.LastIndexByte(remote, ':'); i > 0 && (remote[i-1] == ']' || strings.IndexByte(remote, ':') == i) {
		host = remote[:i]
	}
	return strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
}

// User returns who has been authenticated; the zero Identity is nobody.
func (c *Context) User() Identity {
	f := c.get()
	defer c.mu.Unlock()
	if f.user == nil {
		return Identity{}
	}
	return *f.user
}

// SetUser states who has been authenticated.
func (c *Context) SetUser(u Identity) {
	c.set().user = &u
	c.mu.Unlock()
}

// Logger returns the request's logger: the one set with SetLogger, else
// slog.Default(), with the attribute request_id once there is one.
func (c *Context) Logger() *slog.Logger {
	f := c.get()
	defer c.mu.Unlock()
	if f.derived != nil {
		return f.derived
	}
	l := f.logger
	if l == nil {
		l = slog.Default()
	}
	if f.requestID == "" {
		return l
	}
	f.derived = l.With("request_id", f.requestID)
	return f.derived
}

// SetLogger sets the logger that [Context.Logger] starts from.
func (c *Context) SetLogger(l *slog.Logger) {
	f := c.set()
	f.logger, f.derived = l, nil
	c.mu.Unlock()
}

// Failure returns the error for which the request failed, or nil: what a [Try]
// handler returned, what [Fail] was called with, or what a recovering
// middleware made of a panic. It is private; the client never sees it.
func (c *Context) Failure() error {
	defer c.mu.Unlock()
	return c.get().failure
}

// SetFailure records err as the request's failure.
//
// An error that is its own cause would hang whoever looks for something in it, as
// with errors.As; of such a one only the text is kept. An error whose method Error
// panics, as that of a nil pointer, is kept with a text that says so.
func (c *Context) SetFailure(err error) {
	err = sound(err)
	c.set().failure = err
	c.mu.Unlock()
}

// SetFailureLogged is for access logs: whoever answers for a failure need not log
// it as well, since a layer around will log [Context.Failure] at the end.
func (c *Context) SetFailureLogged() {
	c.set().logged = true
	c.mu.Unlock()
}

// logsFailure reports whether the failure has to be logged by whoever answers.
func (c *Context) logsFailure() bool {
	defer c.mu.Unlock()
	return !c.get().logged
}

// ErrorRenderer returns the nearest renderer of error pages, or nil.
func (c *Context) ErrorRenderer() ErrorRenderer {
	defer c.mu.Unlock()
	return c.get().renderer
}

// SetErrorRenderer makes f the nearest renderer of error pages and returns the
// one before it, which a middleware puts back when the handler below has
// returned, or panicked. The outermost one had better stay: a hook of
// [Writer.BeforeHead] may fail after that.
func (c *Context) SetErrorRenderer(f ErrorRenderer) (previous ErrorRenderer) {
	facts := c.set()
	defer c.mu.Unlock()
	previous, facts.renderer = facts.renderer, f
	return previous
}

// Gateway returns the facts of the gateway that the request came through. It is
// never nil, and must not be changed.
func (c *Context) Gateway() *Gateway {
	f := c.get()
	defer c.mu.Unlock()
	if f.gateway == nil {
		return new(Gateway)
	}
	return f.gateway
}

// SetGateway is for adapters, and for middleware that moves the mount point. It
// is called before the handlers that read the facts.
func (c *Context) SetGateway(g *Gateway) {
	c.set().gateway = g
	c.mu.Unlock()
}
