package middleware

import (
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// LogForm is the form of the access log's lines.
type LogForm int

const (
	// LogStructured is records for a slog.Handler.
	LogStructured LogForm = iota
	// LogJSON is the same as one JSON object a line.
	LogJSON
	// LogCommon is the Common Log Format of NCSA's httpd.
	LogCommon
	// LogCombined is Apache's combined format: LogCommon with Referer and User-Agent.
	LogCombined
)

// LoggerConfig holds the settings of [LoggerWith].
type LoggerConfig struct {
	_ [0]func()

	// Logger gets the structured form, and becomes the logger that handlers get from
	// their Context. With LogCommon and LogCombined, whose lines have no place for a
	// cause, it gets a record of each failure that no error page has logged; with
	// LogJSON, whose lines have the cause, it gets nothing. Default: slog.Default().
	Logger *slog.Logger

	// Form is that of the lines. Default: LogStructured.
	Form LogForm

	// Output is where LogJSON, LogCommon and LogCombined go, one Write for each
	// line. Default: os.Stderr, which is the front server's error log under CGI, and
	// for FastCGI processes that the front server starts; os.Stdout would be a CGI
	// program's response.
	Output io.Writer

	// Query logs the query string, too. Danger: it may hold secrets (codes,
	// tokens, addresses), which a log is no place for.
	Query bool

	// Sample thins out what only repeats itself, such as health checks: of the
	// requests for each of these paths (URL.Path) that succeed, the first of
	// every n is logged, and none if n is 0. Failures are always logged.
	Sample map[string]int

	// Attrs adds attributes to each record: of LogStructured and LogJSON, and of the
	// failures that Logger gets with LogCommon and LogCombined, whose lines have no
	// place for them. What it takes from the request is the client's word.
	Attrs func(r *http.Request) []slog.Attr
}

// Validate reports all that is wrong with the settings.
func (cfg LoggerConfig) Validate() error {
	var f settings.Faults
	if cfg.Form < LogStructured || cfg.Form > LogCombined {
		f.Add("Form", "there is no form %d", cfg.Form)
	}
	if cfg.Form == LogStructured && cfg.Output != nil {
		f.Add("Output", "the structured form goes to Logger; choose another Form")
	}
	for _, path := range slices.Sorted(maps.Keys(cfg.Sample)) {
		if n := cfg.Sample[path]; n < 0 || !strings.HasPrefix(path, "/") {
			f.Add("Sample", "%q: %d: want a path from the root, and 0 or more", path, n)
		}
	}
	return f.Join()
}

func (cfg LoggerConfig) withDefaults() LoggerConfig {
	if cfg.Output == nil {
		cfg.Output = os.Stderr
	}
	return cfg
}

// sample counts the successes of one path.
type sample struct {
	every uint64
	n     atomic.Uint64
}

func newSamples(settings map[string]int) map[string]*sample {
	samples := make(map[string]*sample, len(settings))
	for path, n := range settings {
		samples[path] = &sample{every: uint64(n)}
	}
	return samples
}

// drops counts one success and reports whether it goes unlogged.
func (s *sample) drops() bool {
	return s.every == 0 || (s.n.Add(1)-1)%s.every != 0
}
