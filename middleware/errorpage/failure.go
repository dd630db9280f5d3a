package errorpage

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/mask"
	"github.com/gangplank-web/gangplank/middleware/internal/reported"
	"github.com/gangplank-web/gangplank/middleware/internal/stack"
)

// failure is an error on its way to the log, the records and the client.
type failure struct {
	err         error
	answer      error // err, or err with the status of a rule
	status      int
	public      string
	level       slog.Level
	id          string // empty for what is not worth one
	fingerprint string
	response    string // what became of it
	shown       bool   // on the development page
	refusal     string // why not
	announced   bool   // before
	report      *Report
	mask        *mask.Masker // of all that is said about it; see maskerOf
}

// levelOfFailure is that of what has to be looked into: it is recorded.
const levelOfFailure = slog.LevelError

// examine decides what an error is and who may see it.
func (p *page) examine(r *http.Request, err error) *failure {
	f := &failure{err: err, answer: p.mapStatus(err)}
	f.status = gangplank.StatusOf(f.answer)
	f.public = printable(publicText(f.answer)) // it may quote the client
	bare := saysAll(f.answer)
	switch {
	case gangplank.NeedsAttention(f.status, f.answer):
		f.level = levelOfFailure
	case bare && f.status < 500: // "There is no such page": an answer like any other
		f.level = slog.LevelDebug
		return f
	case f.status < 500:
		f.level = slog.LevelInfo
	default: // a 503 on purpose: maintenance, too much load
		f.level = slog.LevelWarn
	}
	f.fingerprint = p.fingerprintOf(r, err)
	if f.id = traces.Get(r).idOf(err); f.id == "" {
		f.id = newID(f.fingerprint)
	} else {
		f.announced = true
	}
	if p.Development && (!bare || f.level == levelOfFailure) {
		f.refusal = p.refuse(r)
		f.shown = f.refusal == ""
	}
	return f
}

// leftToLimit reports whether err only says that a time limit around the handler
// has ended its context: middleware.Timeout or Deadline, which answers for that
// itself, with a status of its own.
func leftToLimit(r *http.Request, err error) bool {
	ctx := r.Context()
	return errors.Is(err, ctx.Err()) && errors.Is(context.Cause(ctx), http.ErrHandlerTimeout)
}

// mapStatus gives an error that does not say its status that of the first rule.
func (p *page) mapStatus(err error) error {
	var coder interface{ HTTPStatus() int }
	if errors.As(err, &coder) {
		return err
	}
	for _, rule := range p.Statuses {
		if rule.Is != nil && errors.Is(err, rule.Is) || rule.Match != nil && rule.Match(err) {
			return gangplank.Error(rule.Status, rule.Public).Because(err)
		}
	}
	return err
}

// publicText is gangplank.PublicText, but for a panic: a text that belongs to an
// error somewhere in what it was called with was not meant as this answer.
func publicText(err error) string {
	var panicked *PanicError
	if !errors.As(err, &panicked) {
		return gangplank.PublicText(err)
	}
	if answer := panicked.answer(); answer != nil {
		return answer.PublicText()
	}
	return http.StatusText(gangplank.StatusOf(err))
}

// announce logs the failure, and stores it if it is one.
func (p *page) announce(r *http.Request, f *failure) {
	ownTrace(r).report(f.err, f.id)
	if f.id == "" {
		return
	}
	if reported.Set(r, f.err, f.id); f.announced {
		return
	}
	c := gangplank.From(r)
	if f.shown { // before the log has the failure itself
		p.reportOf(r, f)
	}
	if c.Logger().Enabled(r.Context(), f.level) {
		p.log(r, f)
	}
	if f.level >= levelOfFailure {
		p.record(r, f)
	}
}

// log writes the failure's line.
func (p *page) log(r *http.Request, f *failure) {
	c, m := gangplank.From(r), p.maskerOf(r, f)
	attrs := []slog.Attr{
		slog.String("error_id", f.id), slog.String("error", m.Text("log", gangplank.ErrorText(f.err))), slog.Int("status", f.status),
		slog.String("method", r.Method), slog.String("uri", m.URL("log", uri(r))),
	}
	if pattern := c.Pattern(); pattern != "" {
		attrs = append(attrs, slog.String("route", pattern))
	}
	if trace := p.traceLine(f.err); trace != "" && f.level >= levelOfFailure {
		attrs = append(attrs, slog.String("stack", trace))
	}
	if f.refusal != "" {
		attrs = append(attrs, slog.String("development_page", "refused: "+f.refusal))
	}
	message := "request failed"
	if f.level < levelOfFailure {
		message = "request refused"
	}
	c.Logger().LogAttrs(r.Context(), f.level, message, attrs...)
}

// traceFrames is how many frames the log line has room for.
const traceFrames = 16

// traceLine is the deepest stack in err's tree on one line, innermost first.
func (p *page) traceLine(err error) string {
	frames := stack.Frames(deepestStack(err))
	var b strings.Builder
	for i, f := range frames[:min(len(frames), traceFrames)] {
		if strings.Contains(f.Func, "errorpage.(*page).") { // what is around is the same for all
			break
		}
		if i > 0 {
			b.WriteString(" < ")
		}
		b.WriteString(f.Func + " " + f.File[strings.LastIndexByte(f.File, '/')+1:] + ":" + strconv.Itoa(f.Line))
	}
	return b.String()
}

// deepestStack is the stack nearest to the first cause that carries one.
func deepestStack(err error) []uintptr {
	var found []uintptr
	walk(err, func(e error, _ int) {
		if pcs := stack.Of(e); pcs != nil {
			found = pcs
		}
	})
	return found
}

// maxDepth bounds error trees: one may contain itself.
const maxDepth = 32

// walk visits an error and its causes, outermost first.
func walk(err error, visit func(err error, depth int)) { walkFrom(err, 0, visit) }

func walkFrom(err error, depth int, visit func(error, int)) {
	if err == nil || depth > maxDepth {
		return
	}
	visit(err, depth)
	for _, cause := range causes(err) {
		walkFrom(cause, depth+1, visit)
	}
}

func causes(err error) []error {
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		if cause := e.Unwrap(); cause != nil {
			return []error{cause}
		}
	case interface{ Unwrap() []error }:
		return e.Unwrap()
	}
	return nil
}
