//go:build linux

package gatewaytest_test

import (
	"flag"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

// testCase is one row of the table.
type testCase struct {
	name   string
	mounts string // "/app" (the default), or "/ /app": where the mount point matters
	run    func(t *testing.T, s *site)
	except []exception
}

// exception is a known difference: where the case cannot hold, and why. Only
// names one or more gateways, as path.Match does.
type exception struct{ only, reason string }

var cases = slices.Concat(requestCases, bodyCases, answerCases, streamCases, sessionCases, failureCases, lifeCases)

func (c testCase) exception(g servertest.Gateway) string {
	for _, e := range c.except {
		if ok, err := path.Match(e.only, g.Name); err != nil {
			panic(err)
		} else if ok {
			return e.reason
		}
	}
	return ""
}

// excepted turns the tables over: what passes is an exception too many. Servers
// change, and which of them is installed decides, so that this is asked for (make
// exceptions) and no test of its own.
var excepted = flag.Bool("excepted", false, "run only what is excepted, and say what passes")

// needless says that a case which is excepted has passed.
func needless(t *testing.T, reason string) {
	if !t.Failed() && !t.Skipped() {
		fmt.Printf("needed no more: %s: %s\n", t.Name(), reason)
	}
}

// TestGateways runs every case on every gateway, at the root and below a prefix.
func TestGateways(t *testing.T) {
	beside(t)
	if probe == "" {
		t.Skip("the examples' module is not here")
	}
	t.Cleanup(func() { probed.print(t) })
	for _, g := range servertest.Gateways() {
		for _, mount := range mountsOf(g) {
			t.Run(g.Name+mount, func(t *testing.T) {
				t.Parallel()
				testGateway(t, newSite(t, g, mount))
			})
		}
	}
}

// mountsOf returns where a gateway can be mounted. Over HTTP no one tells the
// program where it is.
func mountsOf(g servertest.Gateway) []string {
	if g.Root || g.Backend == servertest.HTTPSocket {
		return []string{"/"}
	}
	return []string{"/app", "/"}
}

func testGateway(t *testing.T, s *site) {
	for _, c := range cases {
		first := s.mount == mountsOf(s.gateway)[0]
		if !first && !strings.Contains(c.mounts, "/ ") {
			continue
		}
		column := s.gateway.Name + s.mount
		t.Run(c.name, func(t *testing.T) {
			defer func() { probed.note(c.name, column, t) }()
			reason := c.exception(s.gateway)
			if *excepted {
				if reason != "" {
					defer needless(t, reason)
					c.run(t, s)
				}
				return
			}
			if reason != "" {
				t.Skip(reason)
			}
			c.run(t, s)
		})
	}
}
