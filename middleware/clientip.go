package middleware

import (
	"net/http"
	"net/netip"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// ClientIPConfig states which proxies stand before this server: the peer of the
// connection is known, and everything else about the client's address is
// somebody's word. Exactly what is stated here is believed.
//
//	middleware.ClientIPConfig{}           // none: the peer is the client
//	middleware.ClientIPConfig{Proxies: 1} // one proxy, which nobody can get around
//	middleware.ClientIPConfig{Networks: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
//	middleware.ClientIPConfig{Networks: cdn, Header: "CF-Connecting-IP"}
//	middleware.ClientIPConfig{Proxies: 2, Header: "Forwarded"}
//
// Behind a gateway (CGI, FastCGI, SCGI, uwsgi, AJP) the peer is that of the front
// server, which is believed: count only what stands before it.
type ClientIPConfig struct {
	_ [0]func()

	// Networks are those of the proxies. A peer outside of them is the client,
	// whatever it sends; else the client is the last of the forwarded addresses that
	// is outside of them. Prefer this to Proxies: it cannot be off by one, and holds
	// when somebody gets around the proxies. Everybody (0.0.0.0/0) is refused: that
	// is what Proxies is for.
	Networks []netip.Prefix

	// Proxies is the number of proxies on every way to this server; the client
	// is the address that the outermost of them saw. For proxies whose addresses
	// are not known, or that connect by a unix socket. Danger: whoever can
	// connect without passing them all can claim any address.
	Proxies int

	// Header is the field in which the proxies tell: "X-Forwarded-For", the
	// default, or "Forwarded" (RFC 7239), to which each of them appends; any other
	// name is that of a field with one address, such as X-Real-IP. Danger: the
	// nearest proxy must overwrite such a field, or else clients can set it.
	Header string
}

// Validate reports all that is wrong with the settings.
func (cfg ClientIPConfig) Validate() error {
	var f settings.Faults
	if len(cfg.Networks) > 0 && cfg.Proxies != 0 {
		f.Add("Proxies", "%d, and Networks: state one of them, not both", cfg.Proxies)
	}
	switch {
	case cfg.Proxies < 0 || cfg.Proxies > maxProxies:
		f.Add("Proxies", "%d is not between 0 and %d", cfg.Proxies, maxProxies)
	case cfg.Header != "" && len(cfg.Networks) == 0 && cfg.Proxies == 0:
		f.Add("Header", "%q from whom? State Networks or Proxies", cfg.Header)
	}
	if cfg.Header != "" && !settings.IsToken(cfg.Header) {
		f.Add("Header", "%q is not a field name", cfg.Header)
	}
	if name := http.CanonicalHeaderKey(cfg.Header); cfg.Proxies > 1 && name != "" && name != xForwardedFor && name != forwarded {
		f.Add("Proxies", "only the nearest one writes %s, so there can be no %d", name, cfg.Proxies)
	}
	f.AddNetworks("Networks", cfg.Networks)
	return f.Join()
}

// maxProxies bounds the work that a list of addresses can make.
const maxProxies = 32

const (
	xForwardedFor = "X-Forwarded-For"
	forwarded     = "Forwarded"
)

// ClientIP finds the address of the client by the stated topology, for
// [gangplank.Context.ClientIP], which logs, rate limits and error pages use.
// r.RemoteAddr stays what it is.
//
// It fails closed: where the entry that counts is missing or is no address, the
// client is not known, and ClientIP returns the zero Addr rather than a proxy's
// address, which may be trusted more than the client is, as loopback is. What
// stands to the left of that entry is never read, so a client can neither put an
// address there nor garbage that hides its own.
//
// It stands outside of all that asks for the address: directly inside [RequestID].
//
// Sources: RFC 7239; MDN on X-Forwarded-For; Adam Pritchard, "The perils of the
// real client IP" (2022).
func ClientIP(cfg ClientIPConfig) gangplank.Middleware {
	settings.Check("middleware.ClientIP", cfg.Validate())
	t := newTopology(cfg)
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			c.SetClientIP(t.client(r, c.ClientIP()))
			next.ServeHTTP(w, r)
		})
	}
}

// topology is a ClientIPConfig prepared.
type topology struct {
	networks []netip.Prefix
	proxies  int
	header   string
	cut      func(list string) (rest, last string) // of a field's value; nil if it has one address
	node     func(element string) (node string)    // of an element
}

func newTopology(cfg ClientIPConfig) *topology {
	t := &topology{networks: append([]netip.Prefix(nil), cfg.Networks...), proxies: cfg.Proxies}
	switch t.header = http.CanonicalHeaderKey(cfg.Header); t.header {
	case "", xForwardedFor:
		t.header, t.cut = xForwardedFor, cutLast
	case forwarded:
		t.cut, t.node = cutLastElement, forNode
	}
	return t
}

// client returns the client's address, or the zero Addr. peer is what is known
// without forwarding fields.
func (t *topology) client(r *http.Request, peer netip.Addr) netip.Addr {
	switch {
	case t.proxies == 0 && !t.trusts(peer):
		return peer
	case t.cut == nil:
		return t.single(r.Header[t.header])
	}
	list := forwardedList{t: t, lines: r.Header[t.header]}
	for hop := 1; hop <= maxProxies; hop++ {
		node, more := list.last()
		if !more {
			if t.proxies > 0 {
				return netip.Addr{} // a proxy did not do its part, or was not there
			}
			return peer // all are proxies: the first of them asks for itself
		}
		if peer = parseNode(node); hop == t.proxies || t.proxies == 0 && !t.trusts(peer) {
			return peer
		}
	}
	return netip.Addr{}
}

// single reads a field that the nearest proxy overwrites. Of several, one may be
// the client's.
func (t *topology) single(values []string) netip.Addr {
	if len(values) != 1 {
		return netip.Addr{}
	}
	return parseNode(values[0])
}

// trusts reports whether ip is a proxy's. A zone is no part of the network.
func (t *topology) trusts(ip netip.Addr) bool {
	ip = ip.WithZone("")
	for _, p := range t.networks {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}
