package errorpage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/mask"
	"github.com/gangplank-web/gangplank/middleware/internal/stack"
)

// collector makes a Report.
type collector struct {
	page  *page
	mask  *mask.Masker
	r     *http.Request
	c     *gangplank.Context
	trace *trace
	f     *failure
	full  bool // for the page, not for a record
	// The handler that timed out may still be at work: only what it cannot be
	// changing is read.
	stuck   bool
	room    room // for what the client has sent
	tooDeep int  // causes that the tree has no room for

	out *Report
}

// reportOf makes the report for the development page, once.
func (p *page) reportOf(r *http.Request, f *failure) *Report {
	if f.report == nil {
		f.report = p.collect(r, f, true)
	}
	return f.report
}

// collect collects twice what could not be learnt before: what the first pass
// hides by its name, the second one hides wherever else it stands.
func (p *page) collect(r *http.Request, f *failure, full bool) *Report {
	m, now := p.maskerOf(r, f), time.Now()
	p.collector(r, f, full).run(late)
	m.Forget()
	c := p.collector(r, f, full)
	c.out.Time = now
	c.run(late | early | last)
	for _, h := range m.Hidden() {
		c.out.Hidden = append(c.out.Hidden, Hidden(h))
	}
	return c.out
}

func (p *page) collector(r *http.Request, f *failure, full bool) *collector {
	c := &collector{page: p, mask: f.mask, r: r, c: gangplank.From(r), trace: ownTrace(r), f: f, full: full, stuck: timedOut(f.err), room: wholeRoom}
	c.out = &Report{ID: f.id, Fingerprint: f.fingerprint, Status: f.status, Public: f.public, Response: f.response}
	return c
}

func timedOut(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, http.ErrHandlerTimeout)
}

// phase is when a part is collected: before anything is written, so that a log
// line says no more than the page does; or only for a report.
type phase int

const (
	early phase = 1 << iota
	late
	last // once everything else is there
)

// run collects the parts of a phase, each on its own: a session store that is
// down, or an error whose method panics, must not cost the rest of the page.
func (c *collector) run(when phase) {
	for _, part := range []struct {
		name string
		when phase
		do   func()
	}{
		{"the request", early, c.request},
		{"the form", early, c.form},
		{"the session", late, c.session},
		{"the gateway", late, c.gateway},
		{"the values attached", early, c.values},
		{"the environment", late, c.process},
		{"the build", late, c.build},
		{"the error", early | late, func() { c.out.Error = c.cause(c.f.err, 0, when != early) }},
		{"the log", early, c.logs},
		{"the layers", late, c.layers},
		{"the goroutines", late, c.goroutines},
		{"the source", last, c.sourceless},
		{"what had no room", last, c.crowded},
		{"the curl command", last, func() { c.out.Curl = c.curl() }},
	} {
		if part.when&when != 0 {
			c.try(part.name, part.do)
		}
	}
}

func (c *collector) try(name string, do func()) {
	defer func() {
		if v := recover(); v != nil {
			c.missing("%s", c.mask.Text(name, fmt.Sprintf("%s: %v", name, v)))
		}
	}()
	do()
}

// missing notes what the report does not have, and why.
func (c *collector) missing(format string, args ...any) {
	c.out.Missing = append(c.out.Missing, fmt.Sprintf(format, args...))
}

func (c *collector) values() {
	c.trace.mu.Lock()
	defer c.trace.mu.Unlock()
	for _, v := range c.trace.values {
		c.out.Values = append(c.out.Values, c.anyField("value", v.key, v.value))
	}
}

func (c *collector) field(where, name, value string) Field {
	return Field{c.mask.Text(where+" name", name), c.mask.Value(where, name, value)}
}

// maxValue is how much of one value is shown.
const maxValue = 4 << 10

// anyField is field for a value of the program's.
func (c *collector) anyField(where, name string, v any) Field {
	return Field{c.mask.Text(where+" name", name), cut(printable(c.mask.Any(where, name, v)), maxValue)}
}

func (c *collector) logs() {
	c.trace.mu.Lock()
	defer c.trace.mu.Unlock()
	for _, rec := range c.trace.logs {
		l := Log{Time: rec.Time, Level: rec.Level.String(), Message: c.mask.Text("log", rec.Message)}
		for _, a := range rec.attrs {
			l.Attrs = c.attr(l.Attrs, "", a)
		}
		rec.Attrs(func(a attr) bool {
			l.Attrs = c.attr(l.Attrs, rec.prefix, a)
			return true
		})
		c.out.Logs = append(c.out.Logs, l)
	}
}

// maxDump bounds the text of all goroutines' stacks.
const maxDump = 2 << 20

// goroutines tells where the others are; after a time-out, first of all those
// that work on this request.
func (c *collector) goroutines() {
	if !c.full && !c.stuck {
		return
	}
	all := stack.Dump(maxDump)
	if c.stuck {
		family := stack.Family(all, c.trace.goroutine, stack.ID())
		c.out.Stuck = c.groups("the request's goroutines", family, true)
		handlerFirst(c.out.Stuck, family)
		all = slices.DeleteFunc(all, func(g stack.Goroutine) bool {
			return slices.ContainsFunc(family, func(f stack.Goroutine) bool { return f.ID == g.ID })
		})
	}
	if c.full {
		c.out.Goroutines = c.groups("the other goroutines", all, false)
	}
}

// maxGroups is how many groups of goroutines a page lists.
const maxGroups = 40

func (c *collector) groups(name string, all []stack.Goroutine, source bool) []Group {
	groups := stack.GroupOf(all)
	if more := len(groups) - maxGroups; more > 0 {
		c.missing("%s: they are at %d more places", name, more)
		groups = groups[:maxGroups]
	}
	var out []Group
	for _, g := range groups {
		frames := c.frames(g.Frames, source)
		if g.Origin.Func != "" {
			origin := c.frames([]stack.Frame{g.Origin}, false)[0]
			origin.Created = true
			frames = append(frames, origin)
		}
		out = append(out, Group{Count: len(g.IDs), IDs: g.IDs, State: g.State, Stack: frames})
	}
	return out
}

// handlerFirst puts what the handler waits for before what it has started, and
// that before what the server has.
func handlerFirst(groups []Group, family []stack.Goroutine) {
	rank := func(g Group) int {
		generation := slices.IndexFunc(family, func(f stack.Goroutine) bool { return f.ID == g.IDs[0] })
		if place := placeOf(g.Stack); place == nil || place.Kind != "application" {
			return len(family) + generation
		}
		return generation
	}
	slices.SortFunc(groups, func(a, b Group) int { return cmp.Compare(rank(a), rank(b)) })
}
