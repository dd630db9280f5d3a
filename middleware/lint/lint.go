package lint

import (
	"log/slog"
	"net/http"
	"slices"
	"sync"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// Config says what becomes of findings. The zero Config logs each once.
type Config struct {
	// Report is called for every finding, from the goroutine that caused it;
	// nil means that each distinct one is logged once, with level Warn. In a
	// test it can be:
	//
	//	Report: func(f lint.Finding) { t.Error(f) }
	Report func(Finding)

	// Logger is where findings are logged if Report is nil; nil means
	// slog.Default().
	Logger *slog.Logger

	// Ignore names rules that are not to be reported, such as FlushSwallowed
	// for a layer that is known to collect the whole response.
	Ignore []Rule

	_ [0]func() // only keyed literals
}

// Validate reports all that is wrong with the configuration: names in Ignore that
// are no rule's would ignore nothing.
func (cfg Config) Validate() error {
	var f settings.Faults
	for _, rule := range cfg.Ignore {
		if !slices.Contains(rules, rule) {
			f.Add("Ignore", "there is no rule %q", rule)
		}
	}
	return f.Join()
}

// A Finding is one broken rule.
type Finding struct {
	Rule   Rule
	Layer  string // who broke it: the name of a layer, "handler", or "server"
	Detail string
	Method string // of the request
	URI    string
}

// String is "middleware.X: flush-swallowed: ... (GET /)".
func (f Finding) String() string {
	return f.Layer + ": " + string(f.Rule) + ": " + f.Detail + " (" + f.Method + " " + f.URI + ")"
}

// New returns one probe, which judges all that is inside it as one layer, by the
// name of "handler": around the innermost handler, or around everything. [Chain]
// tells the layers apart. It panics, as do [Chain] and [Router], if the
// configuration is wrong; see [Config.Validate].
func New(cfg Config) gangplank.Middleware {
	return place{report: cfg.reporter(), inside: "handler", outside: "server", first: true}.around
}

// Chain returns c with a probe outside of each layer and one around the handler.
//
//	h := lint.Chain(site, lint.Config{}).Then(mux)
//	router.Use(lint.Chain(site, lint.Config{}).Middleware())
func Chain(c gangplank.Chain, cfg Config) gangplank.Chain {
	report, outside, first := cfg.reporter(), "server", true
	linted := c.Around(func(l gangplank.Layer) gangplank.Middleware {
		p := place{report: report, inside: l.Name, outside: outside, first: first}
		outside, first = l.Name, false
		return func(next http.Handler) http.Handler { return p.around(l.Middleware(next)) }
	})
	return linted.Named("lint", place{report: report, inside: "handler", outside: outside, first: first}.around)
}

// Router puts a probe around each layer of a Router, those of what is mounted in it
// included, and one around its handlers. It is called after the last Use and
// before the first route.
func Router(r *gangplank.Router, cfg Config) {
	report := cfg.reporter()
	handlers := place{report: report, inside: "handler", outside: "a layer of the Router"}.around
	r.Use(handlers)
	own := r.Layers()
	name := own[len(own)-1].Name
	r.Around(func(l gangplank.Layer) gangplank.Middleware {
		if l.Name == name {
			return l.Middleware
		}
		p := place{report: report, inside: l.Name, outside: "server", first: true}
		return func(next http.Handler) http.Handler { return p.around(l.Middleware(next)) }
	})
}

// reporter drops what is ignored.
func (cfg Config) reporter() func(Finding) {
	settings.Check("lint", cfg.Validate())
	report := cfg.Report
	if report == nil {
		report = (&journal{logger: cfg.Logger, known: make(map[Finding]bool)}).report
	}
	ignored := make(map[Rule]bool)
	for _, rule := range cfg.Ignore {
		ignored[rule] = true
	}
	return func(f Finding) {
		if !ignored[f.Rule] {
			report(f)
		}
	}
}

// journal logs each distinct finding once.
type journal struct {
	logger *slog.Logger
	mu     sync.Mutex
	known  map[Finding]bool
}

// maxKnown bounds what a journal remembers: a detail may hold a client's words.
const maxKnown = 1000

func (j *journal) isNew(f Finding) bool {
	f.Method, f.URI = "", ""
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.known[f] || len(j.known) >= maxKnown {
		return false
	}
	j.known[f] = true
	return true
}

func (j *journal) report(f Finding) {
	if !j.isNew(f) {
		return
	}
	l := j.logger
	if l == nil {
		l = slog.Default()
	}
	l.Warn("lint: "+f.Detail, "rule", f.Rule, "layer", f.Layer, "method", f.Method, "uri", f.URI)
}
