package middleware

import (
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/alarm"
	"github.com/gangplank-web/gangplank/middleware/internal/mask"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// HealthConfig holds the settings of [Health].
type HealthConfig struct {
	_ [0]func()

	// Live is the path that answers 200 as long as the program answers at all. It is
	// for what restarts the program, so it checks no other service. Default: /livez.
	Live string

	// Ready is the path that answers 200 while all checks succeed, and 503
	// otherwise. It is for what distributes requests, such as a load balancer.
	// Default: /readyz.
	Ready string

	// Checks are what must work for the program to serve requests, by name. Each
	// runs in its own goroutine and should heed its context. One that has not
	// returned counts as failed and is not started once more meanwhile.
	Checks map[string]Check

	// Timeout is how long a check may take. Default: 2 seconds.
	Timeout time.Duration

	// Fresh is how long a check's result is used again, so that nobody can burden a
	// database by asking. Default: 1 second.
	Fresh time.Duration
}

// Validate reports all that is wrong with the settings.
func (cfg HealthConfig) Validate() error {
	var f settings.Faults
	cfg = cfg.withDefaults()
	for _, path := range []struct{ field, value string }{{"Live", cfg.Live}, {"Ready", cfg.Ready}} {
		if !strings.HasPrefix(path.value, "/") {
			f.Add(path.field, "%q does not begin with a slash", path.value)
		}
		if strings.ContainsAny(path.value, "?#") {
			f.Add(path.field, "%q is more than a path, which is what requests are compared with", path.value)
		}
	}
	if cfg.Live == cfg.Ready {
		f.Add("Ready", "%q is the path of Live", cfg.Ready)
	}
	for _, name := range slices.Sorted(maps.Keys(cfg.Checks)) {
		if name == "" {
			f.Add("Checks", "one has no name")
		}
		if cfg.Checks[name] == nil {
			f.Add("Checks", "%q is nil", name)
		}
	}
	if cfg.Timeout < 0 {
		f.Add("Timeout", "%v is negative", cfg.Timeout)
	}
	if cfg.Fresh < 0 {
		f.Add("Fresh", "%v is negative", cfg.Fresh)
	}
	return f.Join()
}

func (cfg HealthConfig) withDefaults() HealthConfig {
	if cfg.Live == "" {
		cfg.Live = "/livez"
	}
	if cfg.Ready == "" {
		cfg.Ready = "/readyz"
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 2 * time.Second
	}
	if cfg.Fresh == 0 {
		cfg.Fresh = time.Second
	}
	return cfg
}

// Health answers two paths itself: is the program alive, and is it ready. The
// answer is one word; which check failed, and why, is for the log, at most once a
// minute, since anybody may ask.
//
// It stands outside of all that may refuse or cost something (authentication,
// rate limits, sessions, [Maintenance]), and inside of [Logger], if the questions
// are to be logged. The paths are those below the mount point.
func Health(cfg HealthConfig) gangplank.Middleware {
	settings.Check("middleware.Health", cfg.Validate())
	cfg = cfg.withDefaults()
	ready := newReadiness(cfg)
	var notReady alarm.Alarm
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked := r.Method == http.MethodGet || r.Method == http.MethodHead
			switch {
			case asked && r.URL.Path == cfg.Live:
				answerHealth(w, nil)
			case asked && r.URL.Path == cfg.Ready:
				err := ready.check()
				if err != nil && notReady.Due() {
					gangplank.From(r).Logger().Warn("not ready", "error", mask.Text(err.Error()))
				}
				answerHealth(w, err)
			default:
				next.ServeHTTP(w, r)
			}
		})
	}
}

// answerHealth is for machines, which look at the status: no error page.
func answerHealth(w http.ResponseWriter, err error) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "unavailable\n")
		return
	}
	_, _ = io.WriteString(w, "ok\n")
}
