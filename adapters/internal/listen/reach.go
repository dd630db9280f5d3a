package listen

import "net/netip"

// Reach is who can connect to an address.
type Reach int

const (
	Inherited Reach = iota // whoever made the socket knows; it is looked at when it is bound
	File                   // those whom the mode of the socket file permits
	Machine                // each user of this machine: loopback, or an abstract socket
	Network                // strangers
)

// Reach tells who can connect, as far as the text does.
func (a *Address) Reach() Reach {
	switch a.Network {
	case "fd", "systemd":
		return Inherited
	case "unix":
		if a.Target[0] == '@' {
			return Machine
		}
		return File
	}
	host, _, _ := splitHostPort(a.Target) // parsed before
	ip, err := netip.ParseAddr(host)
	if host == "localhost" || err == nil && ip.Unmap().IsLoopback() {
		return Machine
	}
	return Network
}
