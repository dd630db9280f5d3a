package hostname_test

import (
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/internal/hostname"
)

func TestIsName(t *testing.T) {
	label := strings.Repeat("a", 63)
	for name, want := range map[string]bool{
		"example.com": true, "localhost": true, "xn--exmple-cua.com": true, "a_b.c-d": true, "1.example": true,
		label: true, label + "a": false, strings.Repeat(label+".", 3) + label[:61]: true, strings.Repeat(label+".", 3) + label[:62]: false,
		"": false, ".": false, "a.": false, ".a": false, "a..b": false, "Example.com": false, "exämple.com": false, "a b": false, "a:1": false,
		"127.0.0.1": false, "127.1": false, "1": false, "a.0x7f": false, "a.0x": false, "a.0xg": true, "a.7f": true, "[::1]": false,
	} {
		if got := hostname.IsName(name); got != want {
			t.Errorf("%q: got %v", name, got)
		}
	}
}

func TestIsAddress(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1": true, "127.1": false, "127.0.0.01": false, "0x7f.0.0.1": false, "[127.0.0.1]": false,
		"[::1]": true, "::1": false, "[::1": false, "::1]": false, "[0:0::1]": false, "[2001:DB8::1]": false, "[2001:db8::1]": true, "[fe80::1%eth0]": false,
		"[::ffff:102:304]": true, "[::ffff:1.2.3.4]": false, "": false, "[]": false, "example.com": false,
	} {
		if got := hostname.IsAddress(address); got != want {
			t.Errorf("%q: got %v", address, got)
		}
	}
}

func TestIsPort(t *testing.T) {
	for port, want := range map[string]bool{
		"1": true, "80": true, "65535": true, "65536": false, "0": false, "080": false, "": false, "100000": false, "-1": false, "+1": false, "8o": false,
	} {
		if got := hostname.IsPort(port); got != want {
			t.Errorf("%q: got %v", port, got)
		}
	}
}
