package settings_test

import (
	"net/netip"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

func TestAddNetworks(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		network netip.Prefix
		want    string
	}{
		{netip.MustParsePrefix("10.0.0.0/8"), ""},
		{netip.MustParsePrefix("2001:db8::/32"), ""},
		{netip.Prefix{}, "Peers: number 1 is not a network"},
		{netip.MustParsePrefix("0.0.0.0/0"), "Peers: 0.0.0.0/0 is everybody"},
		{netip.MustParsePrefix("::/0"), "Peers: ::/0 is everybody"},
		{netip.MustParsePrefix("::ffff:10.0.0.0/104"), "Peers: ::ffff:10.0.0.0/104 is IPv4 in IPv6's form and would match nothing; write it as IPv4"},
	} {
		var f settings.Faults
		f.AddNetworks("Peers", []netip.Prefix{tt.network})
		got := ""
		if err := f.Join(); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%v: got %q, want %q", tt.network, got, tt.want)
		}
	}
}
