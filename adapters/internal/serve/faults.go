package serve

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
)

// Faults joins what is wrong with the fields of a protocol's Server; each error
// names its field.
func Faults(protocol string, fields ...error) error {
	if err := errors.Join(fields...); err != nil {
		return fmt.Errorf("%s: %w", protocol, err)
	}
	return nil
}

// CheckPeers reports the prefixes that no peer can have, so that whoever was
// meant would be turned away.
func CheckPeers(peers []netip.Prefix) error {
	var errs []error
	for i, p := range peers {
		switch {
		case !p.IsValid():
			errs = append(errs, fmt.Errorf("AllowedPeers: number %d is no prefix", i))
		case p.Addr().Is4In6():
			errs = append(errs, fmt.Errorf("AllowedPeers: %v: want a prefix of IPv4 addresses as one", p))
		}
	}
	return errors.Join(errs...)
}

// CheckBodyDir reports a folder in which no file can be made, which the first
// long body would find out otherwise.
func CheckBodyDir(dir string) error {
	if dir == "" {
		return nil
	}
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is not a folder", dir)
	}
	if err != nil {
		return fmt.Errorf("BodyDir: %w", err)
	}
	return nil
}
