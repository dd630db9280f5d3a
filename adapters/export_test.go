package adapters

import "log/slog"

// Detect is what Main does without addresses, outside CGI.
func Detect() []string { return detect(slog.Default()) }
