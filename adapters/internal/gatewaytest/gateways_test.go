//go:build linux

package gatewaytest_test

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
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

// TestGateways runs every case on every gateway, at the root and below a prefix.
func TestGateways(t *testing.T) {
	if probe == "" {
		t.Skip("the examples' module is not here")
	}
	m := newMatrix(cases)
	t.Cleanup(func() { m.print(t) })
	for _, g := range servertest.Gateways() {
		for _, mount := range mountsOf(g) {
			t.Run(g.Name+mount, func(t *testing.T) {
				t.Parallel()
				testGateway(t, newSite(t, g, mount), m)
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

func testGateway(t *testing.T, s *site, m *matrix) {
	for _, c := range cases {
		first := s.mount == mountsOf(s.gateway)[0]
		if !first && !strings.Contains(c.mounts, "/ ") {
			continue
		}
		column := s.gateway.Name + s.mount
		t.Run(c.name, func(t *testing.T) {
			defer func() { m.note(c.name, column, t) }()
			if reason := c.exception(s.gateway); reason != "" {
				t.Skip(reason)
			}
			c.run(t, s)
		})
	}
}

// matrix collects how each case went on each gateway.
type matrix struct {
	mu      sync.Mutex
	rows    []testCase
	columns []string
	cells   map[[2]string]string
}

func newMatrix(rows []testCase) *matrix {
	m := &matrix{rows: rows, cells: map[[2]string]string{}}
	for _, g := range servertest.Gateways() {
		for _, mount := range mountsOf(g) {
			m.columns = append(m.columns, g.Name+mount)
		}
	}
	return m
}

func (m *matrix) note(row, column string, t *testing.T) {
	result := "ok"
	switch {
	case t.Failed():
		result = "FAIL"
	case t.Skipped():
		result = "-"
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cells[[2]string{row, column}] = result
}

// print shows one line for each gateway, the cases numbered.
func (m *matrix) print(t *testing.T) {
	if !testing.Verbose() {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%-26s", "")
	for i := range m.rows {
		fmt.Fprintf(&b, "%5d", i+1)
	}
	for _, column := range m.columns {
		fmt.Fprintf(&b, "\n%-26s", column)
		for _, row := range m.rows {
			fmt.Fprintf(&b, "%5s", m.cells[[2]string{row.name, column}])
		}
	}
	b.WriteString("\n\n- is a known difference\n")
	for i, row := range m.rows {
		fmt.Fprintf(&b, "%3d %s\n", i+1, row.name)
		for _, e := range row.except {
			fmt.Fprintf(&b, "      %s: %s\n", e.only, e.reason)
		}
	}
	t.Log(b.String())
}
