package middlewaretest

import (
	"net/http"
	"path"
	"slices"
	"strconv"
	"time"
)

// An Option tells how a middleware is meant to differ from none, and why.
type Option func(*config)

type config struct {
	prepare     []func(*http.Request)
	decode      func(http.Header, []byte) ([]byte, error)
	fields      []string
	answers     map[string]string // status: reason
	except      []exception
	differences []Difference
	timeout     time.Duration
}

const defaultTimeout = time.Minute // a busy machine is no fault

type exception struct{ pattern, reason string }

func configure(options []Option) *config {
	cfg := &config{answers: map[string]string{}, timeout: defaultTimeout}
	for _, option := range options {
		option(cfg)
	}
	return cfg
}

// Request prepares every request that the suite sends: with the credentials, the
// cookie or the Accept-Encoding without which the middleware would do nothing.
func Request(prepare func(*http.Request)) Option {
	return func(cfg *config) { cfg.prepare = append(cfg.prepare, prepare) }
}

// Fields names response fields that the middleware sets or changes.
func Fields(reason string, names ...string) Option {
	return func(cfg *config) {
		for _, name := range names {
			cfg.fields = append(cfg.fields, http.CanonicalHeaderKey(name))
		}
	}
}

// Decode is for middleware that sends the body in another form, such as a
// compressor: decode gets a whole response's fields and body, and returns the
// body as the handler wrote it. It returns what was not encoded as it is.
// Content-Encoding, Content-Length, Accept-Ranges, ETag and Vary may change.
func Decode(reason string, decode func(h http.Header, body []byte) ([]byte, error)) Option {
	return func(cfg *config) {
		cfg.decode = decode
		cfg.fields = append(cfg.fields, "Content-Encoding", "Content-Length", "Accept-Ranges", "Etag", "Vary")
	}
}

// Answers excuses cases that the middleware answered itself, with one of these
// statuses where the handler's was another.
func Answers(reason string, statuses ...int) Option {
	return func(cfg *config) {
		for _, status := range statuses {
			cfg.answers[strconv.Itoa(status)] = reason
		}
	}
}

// Except leaves out cases, by patterns of [path.Match] for their names:
// "hijack/*".
func Except(reason string, patterns ...string) Option {
	return func(cfg *config) {
		for _, pattern := range patterns {
			cfg.except = append(cfg.except, exception{pattern, reason})
		}
	}
}

// Allow excuses named differences.
func Allow(reason string, differences ...Difference) Option {
	return func(cfg *config) { cfg.differences = append(cfg.differences, differences...) }
}

// Timeout bounds each case; the default is a minute. It only shortens the
// wait for what a faulty middleware never lets through.
func Timeout(d time.Duration) Option { return func(cfg *config) { cfg.timeout = d } }

// A Difference is a way in which middleware may legitimately be noticed.
type Difference string

const (
	// Recovers: a panic is answered with a status of 500 or more while nothing
	// has been sent. After that it must still break the response off, with
	// whatever value, and http.ErrAbortHandler must always go up as it is.
	Recovers Difference = "Recovers"
	// NoReadFrom: ReadFrom is missing, or does not reach the connection, so that
	// files are copied through memory.
	NoReadFrom Difference = "NoReadFrom"
	// Buffers: Flush sends nothing. Cases that wait for flushed bytes are left
	// out; the response must be whole in the end.
	Buffers Difference = "Buffers"
)

func (cfg *config) allows(d Difference) bool { return slices.Contains(cfg.differences, d) }

// plain reports whether requests are sent and answers read in the usual way.
func (cfg *config) plain() bool { return len(cfg.prepare) == 0 && cfg.decode == nil }

// leavesOut returns why the case does not apply, or "".
func (cfg *config) leavesOut(c Case) string {
	if c.streams && cfg.allows(Buffers) {
		return string(Buffers)
	}
	for _, e := range cfg.except {
		if ok, err := path.Match(e.pattern, c.Name); err != nil {
			panic("middlewaretest: Except: " + strconv.Quote(e.pattern) + ": " + err.Error())
		} else if ok {
			return e.reason
		}
	}
	return ""
}

// answered tells whether the middleware has answered in the handler's place, as
// it may.
func (cfg *config) answered(got, want notes) (status, reason string) {
	status = got["status"]
	if status == want["status"] {
		return "", ""
	}
	return status, cfg.answers[status]
}
