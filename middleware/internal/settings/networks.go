package settings

import "net/netip"

// AddNetworks adds what is wrong with networks in which addresses are looked for.
func (f *Faults) AddNetworks(field string, networks []netip.Prefix) {
	for i, p := range networks {
		switch {
		case !p.IsValid():
			f.Add(field, "number %d is not a network", i+1)
		case p.Bits() == 0:
			f.Add(field, "%v is everybody", p)
		case p.Addr().Is4In6():
			f.Add(field, "%v is IPv4 in IPv6's form and would match nothing; write it as IPv4", p)
		}
	}
}
