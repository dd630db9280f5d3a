package view

import (
	"fmt"
	"time"
)

// HTML is text that needs no escaping, because whoever made it has sanitised it.
// That is said by a value's type and never by a template, so that none can let
// through what a user wrote.
type HTML string

// filters are what templates can do with values, in any engine: functions of one
// argument. The filter "trusted", which takes an HTML and nothing else, is each
// engine's own.
var filters = map[string]any{
	"when":  func(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04") },
	"stamp": func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	"size":  size,
}

func size(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 1000_000:
		return fmt.Sprintf("%d kB", (n+500)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}
