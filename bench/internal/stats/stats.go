// Package stats has what the reports say about repeated measurements.
package stats

import "slices"

// Median sorts values and returns the middle one.
func Median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}
