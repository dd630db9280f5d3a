package main

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// results holds what the rounds gave: benchmark, unit, one value per round.
type results map[string]map[string][]float64

var (
	line = regexp.MustCompile(`(?m)^Benchmark(\S+)\s+\d+\s+(.+)$`)
	// The testing package appends GOMAXPROCS to the name.
	procs = regexp.MustCompile(`-\d+$`)
)

// add takes the output of one round.
func (r results) add(out string) {
	for _, m := range line.FindAllStringSubmatch(out, -1) {
		name := procs.ReplaceAllString(m[1], "")
		if r[name] == nil {
			r[name] = make(map[string][]float64)
		}
		fields := strings.Fields(m[2])
		for i := 0; i+1 < len(fields); i += 2 {
			if v, err := strconv.ParseFloat(fields[i], 64); err == nil {
				r[name][fields[i+1]] = append(r[name][fields[i+1]], v)
			}
		}
	}
}

// ratio returns the quotients of two benchmarks, each within one round, or, without a base, the values of the one.
func (r results) ratio(name, base, unit string) []float64 {
	values := slices.Clone(r[name][unit])
	if base == "" {
		return values
	}
	bases := r[base][unit]
	if len(bases) < len(values) {
		return nil
	}
	for i := range values {
		values[i] /= bases[i]
	}
	return values
}
