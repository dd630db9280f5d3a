package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/gangplank-web/gangplank/bench/internal/stats"
)

// printBudgets prints how the results stand against the budgets that they have values for.
func (r results) printBudgets(w io.Writer) {
	tw := tabwriter.NewWriter(w, 0, 0, 1, ' ', 0)
	fmt.Fprintln(tw, "| budget\t| median\t| min to max\t| accept\t| goal\t| verdict\t|")
	fmt.Fprintln(tw, "|---\t|---:\t|---:\t|---:\t|---:\t|---\t|")
	for _, b := range budgets {
		values := r.ratio(b.name, b.base, b.unit)
		if len(values) == 0 {
			continue
		}
		m := stats.Median(values)
		fmt.Fprintf(tw, "| %s\t| %.4g\t| %.4g to %.4g\t| %.4g\t| %.4g\t| %s\t|\n",
			b.what, m, values[0], values[len(values)-1], b.accept, b.goal, b.verdict(m))
	}
	tw.Flush()
}

func (b budget) verdict(value float64) string {
	switch {
	case value <= b.goal:
		return "goal"
	case value <= b.accept:
		return "accepted"
	}
	return "MISSED"
}

// columns are the units in the order in which they are printed.
var columns = []string{"ns/op", "cpu-ns/op", "init-ns/op", "ns/layer", "MB/s", "reads/op", "writes/op", "B/op", "allocs/op", "B/conn", "B/begin", "MB"}

// printAll prints the medians of everything, a table per benchmark.
func (r results) printAll(w io.Writer) {
	var group string
	var tw *tabwriter.Writer
	for _, name := range slices.Sorted(maps.Keys(r)) {
		if g := groupOf(name); g != group || tw == nil {
			if tw != nil {
				tw.Flush()
			}
			group = g
			fmt.Fprintf(w, "\n### %s\n\n", group)
			tw = tabwriter.NewWriter(w, 0, 0, 1, ' ', 0)
			r.printHead(tw, name)
		}
		r.printRow(tw, name)
	}
	if tw != nil {
		tw.Flush()
	}
}

// groupOf cuts off the last part of the name: what the peers have in common.
func groupOf(name string) string {
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		return name[:i]
	}
	return "Alone"
}

func (r results) printHead(w io.Writer, name string) {
	head, rule := "| ", "|---"
	for _, unit := range columns {
		if r[name][unit] != nil {
			head += "\t| " + unit
			rule += "\t|---:"
		}
	}
	fmt.Fprintf(w, "%s\t|\n%s\t|\n", head, rule)
}

func (r results) printRow(w io.Writer, name string) {
	fmt.Fprintf(w, "| %s", name[strings.LastIndexByte(name, '=')+1:])
	for _, unit := range columns {
		if values := r[name][unit]; values != nil {
			fmt.Fprintf(w, "\t| %s", number(stats.Median(values)))
		}
	}
	fmt.Fprintln(w, "\t|")
}

// number is readable for 0.5 and for 1234567.
func number(v float64) string {
	if v >= 100 || v == float64(int64(v)) {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.3g", v)
}
