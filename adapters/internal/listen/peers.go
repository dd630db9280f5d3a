package listen

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// prefixes claims a list of addresses and prefixes.
func (o *Options) prefixes(name string) (list []netip.Prefix) {
	value, ok := o.Text(name)
	if !ok {
		return nil
	}
	for text := range strings.SplitSeq(value, ",") {
		prefix, err := parsePrefix(text)
		if err != nil {
			o.errs = append(o.errs, fmt.Errorf("option %s: %q: %w", name, text, err))
			continue
		}
		list = append(list, prefix)
	}
	return list
}

// parsePrefix refuses what netip takes and then never matches, or matches more than was meant.
func parsePrefix(text string) (netip.Prefix, error) {
	if ip, err := netip.ParseAddr(text); err == nil && ip.Zone() == "" {
		return ip.Unmap().Prefix(ip.Unmap().BitLen())
	}
	prefix, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		err = errors.New("want an IP address or a prefix such as 10.0.0.0/8")
	case prefix.Addr().Is4In6():
		err = errors.New("write it as an IPv4 prefix")
	case prefix.Bits() == 0:
		err = errors.New("this allows everybody: say dangerously-allow-any-peer=1")
	case prefix != prefix.Masked():
		err = fmt.Errorf("an address with bits after the prefix: %s or %s/%d?", prefix.Masked(), prefix.Addr(), prefix.Addr().BitLen())
	}
	return prefix, err
}
