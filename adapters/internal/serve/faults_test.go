package serve_test

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/serve"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	if err := serve.Faults("x", nil, nil); err != nil {
		t.Errorf("none: %v", err)
	}
	if err := serve.Faults("x", errors.New("A: 1"), nil, errors.New("B: 2")); err == nil || err.Error() != "x: A: 1\nB: 2" {
		t.Errorf("two: %v", err)
	}
}

func TestCheckPeers(t *testing.T) {
	t.Parallel()
	good := []netip.Prefix{netip.MustParsePrefix("10.0.0.5/8"), netip.MustParsePrefix("2001:db8::/32")}
	if err := serve.CheckPeers(good); err != nil {
		t.Error(err)
	}
	bad := append(good, netip.Prefix{}, netip.MustParsePrefix("::ffff:10.0.0.0/104"))
	err := serve.CheckPeers(bad)
	for _, want := range []string{"number 2 ", "::ffff:10.0.0.0/104"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want something about %s", err, want)
		}
	}
}

func TestCheckBodyDir(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, good := range []string{"", dir} {
		if err := serve.CheckBodyDir(good); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{file, dir + "/no-such"} {
		if err := serve.CheckBodyDir(bad); err == nil || !strings.Contains(err.Error(), bad) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
