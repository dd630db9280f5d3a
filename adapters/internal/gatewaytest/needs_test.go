//go:build linux

package gatewaytest_test

import (
	"fmt"
	"path"
	"slices"
	"sync"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/adaptertest"
	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

// needs collects, with -excepted, which of the deviations the gateways do not need.
type needs struct {
	mu       sync.Mutex
	needless map[string][]string // by gateway
}

func (n *needs) note(t *testing.T, gateway string, target *adaptertest.Target) {
	differences, cases := target.Needless(t.Context())
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.needless == nil {
		n.needless = map[string][]string{}
	}
	n.needless[gateway] = cases
	for _, d := range differences {
		n.needless[gateway] = append(n.needless[gateway], string(d))
	}
}

// print names what none of the gateways needs that a deviation is for.
func (n *needs) print() {
	for _, d := range deviations {
		for _, difference := range d.differences {
			if n.nobody(d.gateways, string(difference)) {
				fmt.Printf("needed no more: %s: %s\n", d.gateways, difference)
			}
		}
		for name, reason := range d.except {
			if n.nobody(d.gateways, name) {
				fmt.Printf("needed no more: %s: %s: %s\n", d.gateways, name, reason)
			}
		}
	}
}

// nobody reports whether all gateways of these have been looked at, and none needs it.
func (n *needs) nobody(pattern, excuse string) bool {
	return !slices.ContainsFunc(servertest.Gateways(), func(g servertest.Gateway) bool {
		ok, _ := path.Match(pattern, g.Name)
		return ok && !slices.Contains(n.needless[g.Name], excuse)
	})
}
