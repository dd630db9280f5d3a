package listen

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Scheme is a protocol that addresses may name.
type Scheme struct {
	Name    string
	Gateway bool // its peer is believed what it says about the client
}

// Address is a parsed listener address. Print it with String, which shows no secret.
type Address struct {
	Scheme  string
	Network string // "tcp", "tcp4", "tcp6", "unix", "fd" or "systemd"
	Target  string // host:port, path or @name, descriptor, or systemd's name
	Options *Options

	// Peers are the addresses that may connect to a gateway, which its server has to see to; none means everybody.
	Peers []netip.Prefix

	where   string // the text before the options, as it was written
	gateway bool
	file    socketFile
	anyPeer bool
}

// Parse reads one address. It reports what is wrong with the text before the options; faults of the options are collected
// until [Address.Check], after the protocol has claimed its own.
func Parse(text string, schemes []Scheme) (*Address, error) {
	where, query, _ := strings.Cut(text, "?")
	a := &Address{where: where}
	if err := a.parseWhere(schemes); err != nil {
		return nil, fmt.Errorf("address %q: %w", display(where), err)
	}
	a.Options = parseOptions(query)
	a.claim()
	return a, nil
}

// display is the part of an address that errors may show. An address that was written wrong may hold a secret or a password
// anywhere: behind an '&' that should be a '?', before an '@', or without a scheme (a secret with a space, cut in two).
func display(where string) string {
	scheme, _, ok := strings.Cut(where, ":")
	if !ok {
		return "..."
	}
	if strings.ContainsAny(where, "&@") {
		return scheme + ":..."
	}
	return where
}

func (a *Address) parseWhere(schemes []Scheme) error {
	protocol, target, ok := strings.Cut(a.where, ":")
	if !ok {
		return errors.New("no scheme: want something like http://127.0.0.1:8080")
	}
	if strings.Contains(target, "&") {
		return errors.New("an & before the first ? (in a path it is written %26)")
	}
	a.Scheme, a.Network, _ = strings.Cut(protocol, "+")
	i := slices.IndexFunc(schemes, func(s Scheme) bool { return s.Name == a.Scheme })
	if i < 0 {
		return fmt.Errorf("unknown scheme %q (known: %s)", a.Scheme, names(schemes))
	}
	a.gateway = schemes[i].Gateway
	if a.Network == "" && protocol == a.Scheme {
		a.Network = "tcp"
	}
	return a.parseTarget(target)
}

func names(schemes []Scheme) string {
	var list []string
	for _, s := range schemes {
		list = append(list, s.Name)
	}
	return strings.Join(list, ", ")
}

// claim takes the options that concern the socket. Each network has its own, so that mode= on a TCP port is a fault.
func (a *Address) claim() {
	switch {
	case a.Network == "unix":
		a.file = a.claimFile()
	case a.gateway:
		a.Peers = a.Options.prefixes("allow")
		a.anyPeer = a.Options.Switch("dangerously-allow-any-peer")
	}
}

// Check returns all that is wrong with the options, joined. Call it when the protocol has claimed its own, and before anything is bound.
func (a *Address) Check() error {
	return a.wrap(errors.Join(a.Options.faults(a.Scheme+" over "+a.Network), a.checkReach(), a.checkInherited()))
}

func (a *Address) wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("address %q: %w", a, err)
}

// checkReach refuses an exposed gateway as far as the text tells; [Address.Listen] looks at the bound socket again.
func (a *Address) checkReach() error {
	if a.Reach() == Network {
		return a.refuseExposed()
	}
	return nil
}

// refuseExposed is called for a TCP address that strangers may reach.
func (a *Address) refuseExposed() error {
	if !a.gateway || a.anyPeer || len(a.Peers) > 0 {
		return nil
	}
	return fmt.Errorf("%s believes whoever connects, and this is not a loopback address: "+
		"name the web servers with allow=<prefixes>, or use a unix socket (or say dangerously-allow-any-peer=1)", a.Scheme)
}

// String returns the address as it was written, without the values of secrets and of options that nobody knows.
func (a *Address) String() string {
	if query := a.Options.String(); query != "" {
		return a.where + "?" + query
	}
	return a.where
}

// GoString keeps %#v from printing secrets.
func (a *Address) GoString() string { return "listen.Address(" + a.String() + ")" }
