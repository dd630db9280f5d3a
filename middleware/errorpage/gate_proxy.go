package errorpage

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"

	"github.com/gangplank-web/gangplank"
)

// refuseProxy refuses what seems to come from a proxy on this machine that adds
// no field: an nginx with nothing but proxy_pass sends the Host of its upstream,
// which is a loopback address, so that peer and Host tell nothing.
func (p *page) refuseProxy(r *http.Request, e *entry) string {
	if e.habit != "" {
		return "the request looks like that of a proxy: " + e.habit
	}
	peer, err := netip.ParseAddrPort(e.remote)
	if err != nil || !peer.Addr().IsLoopback() || p.lists(peer.Addr().Unmap()) || !overHTTP(r) {
		return ""
	}
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if local == nil {
		return ""
	}
	server, err := netip.ParseAddrPort(local.String())
	if err != nil {
		return ""
	}
	if uid, known := ownerOf(peer, server); known && uid != 0 && uid != os.Geteuid() {
		return fmt.Sprintf("the peer is a process of another user, with id %d, as a proxy is; with %s in Config.Peers it is shown to all users of this machine",
			uid, netip.PrefixFrom(peer.Addr().Unmap(), peer.Addr().Unmap().BitLen()))
	}
	return ""
}

// overHTTP reports whether the peer is that of the connection, and not what a
// front server states.
func overHTTP(r *http.Request) bool {
	i := gangplank.From(r).Gateway().Interface
	return i == "" || i == "HTTP"
}

// proxyHabit is what proxies do and today's clients do not: nginx before 1.29.7
// speaks HTTP/1.0 to its upstreams, and with proxy_http_version 1.1 it still asks
// them to close the connection, as lighttpd does.
func proxyHabit(r *http.Request) string {
	if !r.ProtoAtLeast(1, 1) {
		return r.Proto
	}
	closes := r.Close
	for _, line := range r.Header["Connection"] {
		for option := range strings.SplitSeq(line, ",") {
			closes = closes || strings.EqualFold(strings.TrimSpace(option), "close")
		}
	}
	if closes {
		return "Connection: close"
	}
	return ""
}
