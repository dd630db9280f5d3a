package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/gangplank-web/gangplank/bench/internal/stats"
)

// A row is a target with what was measured.
type row struct {
	target  target
	samples []sample
}

// The rows that others are compared with.
const (
	proxied   = "http-net-http-kept"
	floorKept = "fastcgi-floor-kept"
	floorOnce = "fastcgi-floor-once"
)

// printTable prints medians, sorted by cost, in Markdown.
func printTable(w io.Writer, rows []*row, l load) {
	fmt.Fprintf(w, "%d rounds of %v each, wrk with one thread and %d connections, nginx with one worker.\n\n", len(rows[0].samples), l.duration, l.conns)
	slices.SortFunc(rows, func(a, b *row) int { return strings.Compare(a.target.Name, b.target.Name) })
	base, floor := find(rows, proxied), map[bool]*row{true: find(rows, floorKept), false: find(rows, floorOnce)}
	tw := tabwriter.NewWriter(w, 0, 0, 1, ' ', 0)
	fmt.Fprintln(tw, "| backend\t| CPU us/request\t| min to max\t| requests/s\t| x net/http proxied\t| x floor\t|")
	fmt.Fprintln(tw, "|---\t|---:\t|---:\t|---:\t|---:\t|---:\t|")
	for _, r := range rows {
		cpu := r.column(func(s sample) float64 { return s.cpu })
		fmt.Fprintf(tw, "| %s\t| %.1f\t| %.1f to %.1f\t| %.0f\t| %s\t| %s\t|\n", r.target.Name, stats.Median(cpu), cpu[0], cpu[len(cpu)-1],
			stats.Median(r.column(func(s sample) float64 { return s.perSec })), ratio(r, base), ratio(r, floor[r.target.Keep]))
	}
	tw.Flush()
}

func find(rows []*row, name string) *row {
	for _, r := range rows {
		if r.target.Name == name {
			return r
		}
	}
	return nil
}

// ratio is the median over the rounds of the quotient within a round: what disturbs a round disturbs both.
func ratio(r, base *row) string {
	if base == nil {
		return "-"
	}
	var q []float64
	for i, s := range r.samples {
		q = append(q, s.cpu/base.samples[i].cpu)
	}
	return fmt.Sprintf("%.2f", stats.Median(q))
}

// column returns one value of each sample, sorted.
func (r *row) column(f func(sample) float64) []float64 {
	var c []float64
	for _, s := range r.samples {
		c = append(c, f(s))
	}
	slices.Sort(c)
	return c
}
