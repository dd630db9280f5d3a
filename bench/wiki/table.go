package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/gangplank-web/gangplank/bench/internal/stats"
)

// A row is a gateway with what was measured.
type row struct {
	gateway gateway
	samples []sample
}

// printTable prints medians in Markdown, in the gateways' order.
func printTable(w io.Writer, rows []*row) {
	tw := tabwriter.NewWriter(w, 0, 0, 1, ' ', 0)
	fmt.Fprintln(tw, "| gateway\t| connections\t| view: CPU ms\t| min to max\t| per second\t| save: CPU ms\t| min to max\t| per second\t|")
	fmt.Fprintln(tw, "|---\t|---\t|---:\t|---:\t|---:\t|---:\t|---:\t|---:\t|")
	for _, r := range rows {
		view, save := r.costs(func(s sample) cost { return s.view }), r.costs(func(s sample) cost { return s.save })
		fmt.Fprintf(tw, "| %s\t| %s\t| %s\t| %s\t|\n", r.gateway.name(), r.gateway.connections(), view, save)
	}
	tw.Flush()
}

func (g gateway) connections() string {
	switch {
	case g.Protocol == "cgi":
		return "a process each"
	case g.Keep:
		return "kept"
	}
	return "one each"
}

// costs returns three cells: the median of the processor time, its range, and the median of the rate.
func (r *row) costs(of func(sample) cost) string {
	var cpu, perSec []float64
	for _, s := range r.samples {
		cpu, perSec = append(cpu, of(s).cpu), append(perSec, of(s).perSec)
	}
	median := stats.Median(cpu) // and sorted
	return fmt.Sprintf("%.2f\t| %.2f to %.2f\t| %.0f", median, cpu[0], cpu[len(cpu)-1], stats.Median(perSec))
}
