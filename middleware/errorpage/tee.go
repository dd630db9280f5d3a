package errorpage

import (
	"context"
	"log/slog"
	"slices"
)

// LogHandler returns a handler that passes all records on to next, and keeps the
// last hundred of each request for its page: those that were logged with the
// request's context (logger.InfoContext). It is put in once, at start:
//
//	slog.SetDefault(slog.New(errorpage.LogHandler(slog.NewTextHandler(os.Stderr, nil))))
//
// In development mode, what is logged by gangplank.From(r).Logger() is kept
// without it, and without a context.
func LogHandler(next slog.Handler) slog.Handler { return &tee{next: next} }

type tee struct {
	next   slog.Handler
	own    *trace // nil: that of the record's context
	prefix string // of open groups
	attrs  []slog.Attr
}

// Enabled is next's: what the log does not want is not collected either.
func (h *tee) Enabled(ctx context.Context, level slog.Level) bool { return h.next.Enabled(ctx, level) }

// Handle keeps the record and passes it on.
func (h *tee) Handle(ctx context.Context, r slog.Record) error {
	if t := h.traceOf(ctx); t != nil {
		t.log(logRecord{r.Clone(), h.attrs, h.prefix})
	}
	return h.next.Handle(ctx, r)
}

func (h *tee) traceOf(ctx context.Context) *trace {
	if h.own != nil {
		return h.own
	}
	if _, twice := h.next.(*tee); twice || ctx == nil {
		return nil
	}
	r := carrier(ctx)
	if traces.Get(r) == nil {
		return nil
	}
	return ownTrace(r)
}

func (t *trace) log(r logRecord) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.logs { // both handlers may be at work
		if t.logs[i].Time.Equal(r.Time) && t.logs[i].PC == r.PC && t.logs[i].Message == r.Message {
			return
		}
	}
	if len(t.logs) == maxLogs {
		t.logs = slices.Delete(t.logs, 0, 1)
	}
	t.logs = append(t.logs, r)
}

// WithAttrs returns a handler whose records have attrs too.
func (h *tee) WithAttrs(attrs []slog.Attr) slog.Handler {
	d := *h
	d.next = h.next.WithAttrs(attrs)
	d.attrs = slices.Clip(h.attrs)
	for _, a := range attrs {
		d.attrs = append(d.attrs, slog.Attr{Key: h.prefix + a.Key, Value: a.Value})
	}
	return &d
}

// WithGroup returns a handler whose records' attributes are in a group.
func (h *tee) WithGroup(name string) slog.Handler {
	d := *h
	d.next = h.next.WithGroup(name)
	if name != "" {
		d.prefix += name + "."
	}
	return &d
}
