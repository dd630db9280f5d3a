package adaptertest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// A Target is a server that serves [Handler], and how to reach it.
type Target struct {
	// URL is where the handler is mounted, without a slash at its end:
	// "http://127.0.0.1:8080", "http://localhost/cgi-bin/app".
	URL string

	// Transport sends the requests; nil means a new [Transport], which speaks
	// HTTP/1.1 to the URL's host. A client for another protocol must answer
	// early (before the request's body has been read, if the server does),
	// abort the request when its context is cancelled, and report an answer
	// that broke off by an error of the body's Read.
	Transport http.RoundTripper

	// Attached says that the server attaches a gangplank.Context to each
	// request before it calls the handler, as Gangplank's adapters do. Without
	// it the cases that speak of the Context are left out.
	Attached bool

	// Interface is what an attached request's Gateway().Interface must say.
	Interface string

	// TLS says that Request.TLS must be set, else it must be nil.
	TLS bool

	// Differences excuse the server from what it cannot do.
	Differences []Difference

	// Except leaves out single cases, by name, each with the reason why it
	// cannot hold here, where no Difference says it.
	Except map[string]string

	// Exact has Run fail, in the end, for what is [Target.Needless]. It is for servers
	// with which a case always ends the same.
	Exact bool

	// Observe, if not nil, is told by Run what became of each case: nil, an
	// *ExcusedError, or what was found wrong.
	Observe func(c Case, err error)

	// Timeout bounds each case; 0 means a minute, which is enough for a busy machine.
	Timeout time.Duration

	checked map[string]bool         // the cases that were, by name
	uses    map[Difference][]string // in which cases each difference was looked at
}

// Run checks every case of the table against target, each in its own subtest,
// one after the other. Cases that a difference makes impossible are skipped,
// and say why.
func Run(t *testing.T, target Target) {
	t.Helper()
	for _, c := range table() {
		t.Run(c.Name, func(t *testing.T) {
			err := target.Check(t.Context(), c)
			if target.Observe != nil {
				target.Observe(c, err)
			}
			var excused *ExcusedError
			if errors.As(err, &excused) {
				t.Skip(excused.Reason)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	if target.Exact {
		t.Run("needless", func(t *testing.T) {
			differences, cases := target.Needless(t.Context())
			for _, d := range differences {
				t.Errorf("needed no more: %s", d)
			}
			for _, name := range cases {
				t.Errorf("needed no more: %s: %s", name, target.Except[name])
			}
		})
	}
}

// ExcusedError is what [Target.Check] returns for a case that does not apply.
type ExcusedError struct{ Reason string }

func (e *ExcusedError) Error() string { return "adaptertest: excused: " + e.Reason }

// Check runs one case against the target, and then asks it one plain question
// more: the server must go on, and no byte of the case may turn up in the next
// answer on its connection.
//
// The error names the case, what it asks for and all that was found wrong.
func (t *Target) Check(ctx context.Context, c Case) error {
	t.note(c)
	if reason := t.excuse(c); reason != "" {
		return &ExcusedError{reason}
	}
	if t.Transport == nil {
		t.Transport = new(Transport)
	}
	base, err := url.Parse(t.URL)
	if err != nil {
		return fmt.Errorf("adaptertest: Target.URL: %w", err)
	}
	x := &exchange{target: t, base: base, mount: strings.TrimSuffix(base.EscapedPath(), "/")}
	x.run(ctx, c)
	x.ctx = ctx
	x.askOn()
	t.noteUses(c, x.uses)
	return x.fault(c)
}

func (t *Target) excuse(c Case) string {
	if c.ours && !t.Attached {
		return "the server attaches no gangplank.Context"
	}
	if reason, ok := t.Except[c.Name]; ok {
		return reason
	}
	for _, d := range c.except {
		if slices.Contains(t.Differences, d) {
			return string(d)
		}
	}
	return ""
}

func (t *Target) timeout() time.Duration {
	if t.Timeout > 0 {
		return t.Timeout
	}
	return time.Minute
}

// fault is the one error that tells of everything found wrong.
func (x *exchange) fault(c Case) error {
	if len(x.faults) == 0 {
		return nil
	}
	return fmt.Errorf("%s: %s\n\t%s", c.Name, c.Doc, strings.Join(x.faults, "\n\t"))
}
