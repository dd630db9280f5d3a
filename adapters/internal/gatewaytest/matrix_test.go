//go:build linux

package gatewaytest_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

// matrix collects how each case went on each gateway.
type matrix struct {
	mu      sync.Mutex
	rows    []testCase
	columns []string
	cells   map[[2]string]string
}

// probed is what TestGateways has found.
var probed = newMatrix()

func newMatrix() *matrix {
	m := &matrix{rows: cases, cells: map[[2]string]string{}}
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
