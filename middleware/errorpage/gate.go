package errorpage

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/gangplank-web/gangplank"
)

// entry is what the gate needs to know of a request, as it was when it came in:
// what stands inside may have changed it since.
type entry struct {
	remote    string
	host      string
	client    netip.Addr // as middleware outside has found it
	found     bool       // whether there is such middleware
	forwarded []string   // fields that a proxy adds: "X-Forwarded-For: 192.0.2.1"
	habit     string     // of a proxy that adds none, or ""
}

func entryOf(r *http.Request, c *gangplank.Context) entry {
	e := entry{remote: r.RemoteAddr, host: r.Host, client: c.ClientIP(), found: c.ClientIPSet(), habit: proxyHabit(r)}
	for name, values := range r.Header {
		if forwards(name) {
			for _, v := range values {
				e.forwarded = append(e.forwarded, name+": "+v)
			}
		}
	}
	slices.Sort(e.forwarded)
	return e
}

// forwardNames are what proxies add to say for whom they ask.
var forwardNames = []string{
	"Forwarded", "Via", "X-Real-Ip", "Client-Ip", "True-Client-Ip", "X-Client-Ip", "X-Cluster-Client-Ip", "Cf-Connecting-Ip",
	"Fastly-Client-Ip", "X-Original-Forwarded-For", "X-Original-Host", "X-Envoy-External-Address", "X-Proxyuser-Ip",
}

func forwards(name string) bool {
	name = http.CanonicalHeaderKey(strings.ReplaceAll(name, "_", "-"))
	return strings.HasPrefix(name, "X-Forwarded") || slices.Contains(forwardNames, name)
}

// refuse returns why the development page is not shown, or "". All conditions
// must hold: each alone fails in some common set-up, as the address of the peer
// does behind a proxy on the same machine, and the Host against DNS rebinding.
func (p *page) refuse(r *http.Request) string {
	if !p.Development {
		return "development mode is off"
	}
	e := traces.Get(r).entry
	if p.ClientIP && !e.found { // without it the forwarding fields would be the client's own word
		return "Config.ClientIP is set, but no middleware.ClientIP stands outside of this page"
	}
	peer := address(e.remote)
	if local := p.ClientIP && !peer.IsValid() && len(e.forwarded) > 0; !local && !p.admits(peer) {
		return fmt.Sprintf("the peer %q is neither loopback nor in Config.Peers", e.remote)
	}
	why := p.refuseProxy(r, &e)
	if len(e.forwarded) > 0 {
		why = p.refuseForwarded(e.forwarded, e.client)
	}
	if why != "" {
		return why
	}
	for _, client := range []netip.Addr{e.client, gangplank.From(r).ClientIP()} {
		if why := p.refuseClient(client); why != "" {
			return why
		}
	}
	if !p.admitsHost(e.host) {
		return fmt.Sprintf("the Host %q is neither localhost, nor a loopback address, nor in Config.Hosts", e.host)
	}
	return ""
}

// refuseClient refuses also who is not known: middleware.ClientIP says so when a
// proxy did not tell for whom it asks, and then the peer is that proxy.
func (p *page) refuseClient(client netip.Addr) string {
	switch {
	case !client.IsValid():
		return "the client is not known: ClientIP, outside of this page, found none"
	case !p.admits(client):
		return fmt.Sprintf("the client %s is neither loopback nor in Config.Peers", client)
	}
	return ""
}

func (p *page) refuseForwarded(fields []string, client netip.Addr) string {
	if !p.ClientIP {
		name, _, _ := strings.Cut(fields[0], ":")
		return fmt.Sprintf("the request was forwarded (it has a field %s) and Config.ClientIP is not set", name)
	}
	if why := p.refuseClient(client); why != "" {
		return why
	}
	for _, field := range fields {
		for _, ip := range addressesIn(field) {
			if !p.admits(ip) {
				return fmt.Sprintf("the request was forwarded for %s, which is neither loopback nor in Config.Peers", ip)
			}
		}
	}
	return ""
}

// addressesIn finds the addresses that a forwarding field names, in whatever
// syntax it does.
func addressesIn(field string) []netip.Addr {
	_, value, _ := strings.Cut(field, ": ")
	var found []netip.Addr
	for _, part := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" ,;=\"", r) }) {
		if ip := address(part); ip.IsValid() {
			found = append(found, ip)
		}
	}
	return found
}

func (p *page) admits(ip netip.Addr) bool { return ip.IsLoopback() || p.lists(ip) }

// lists reports whether ip is in Peers. A zone ("fe80::1%eth0") is no part of the
// network, and no prefix contains an address that has one.
func (p *page) lists(ip netip.Addr) bool {
	ip = ip.WithZone("")
	return slices.ContainsFunc(p.Peers, func(prefix netip.Prefix) bool { return prefix.Contains(ip) })
}

func (p *page) admitsHost(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	if ip := address(host); ip.IsLoopback() {
		return true
	}
	return slices.ContainsFunc(p.Hosts, func(h string) bool { return strings.EqualFold(h, host) })
}

// address is that in "192.0.2.1:80", "[2001:db8::1]:80" or without a port.
func address(s string) netip.Addr {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap()
	}
	ip, _ := netip.ParseAddr(strings.Trim(s, "[]"))
	return ip.Unmap()
}
