package errorpage

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gangplank-web/gangplank"
)

// notices remembers, for programs without Records, what has been notified.
type notices struct {
	mu   sync.Mutex
	last map[string]time.Time
}

const maxNotices = 1000

// due reports whether a notification is due, and takes it as done.
func (n *notices) due(fingerprint string, every time.Duration) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := time.Now()
	if last, ok := n.last[fingerprint]; ok && now.Sub(last) < every {
		return false
	}
	if n.last == nil || len(n.last) >= maxNotices {
		n.last = make(map[string]time.Time)
	}
	n.last[fingerprint] = now
	return true
}

// record stores and notifies.
func (p *page) record(r *http.Request, f *failure) {
	report := func() *Report { // made only where it is needed
		if f.report == nil {
			return p.collect(r, f, false)
		}
		return f.report.stored()
	}
	notify := false
	if p.Records == nil {
		notify = p.Notify != nil && p.notified.due(f.fingerprint, p.NotifyEvery)
	} else {
		err := p.Records.add(f.fingerprint, p.occurrence(r, f), report, func(rec *Record) {
			if p.Notify != nil && time.Since(rec.Notified) >= p.NotifyEvery {
				notify, rec.Notified = true, time.Now()
			}
		})
		if err != nil {
			gangplank.From(r).Logger().Error("errorpage: not recorded", "error_id", f.id, "error", err)
		}
	}
	if notify {
		p.notify(r, report())
	}
}

// stored is the report without what belongs to the process and not to the error.
func (r *Report) stored() *Report {
	s := *r
	s.Process, s.Goroutines, s.Request.Session = nil, nil, nil
	return &s
}

func (p *page) occurrence(r *http.Request, f *failure) Occurrence {
	m := p.masker()
	return Occurrence{ID: f.id, Time: time.Now(), Method: r.Method, URI: m.URL("URL", uri(r)), RequestID: gangplank.From(r).RequestID()}
}

// notify calls the hook, of which a failure must not fail the request.
func (p *page) notify(r *http.Request, report *Report) {
	c := gangplank.From(r)
	logger, ctx := c.Logger(), context.WithoutCancel(r.Context())
	call := func() {
		defer func() {
			if v := recover(); v != nil {
				logger.Error("errorpage: Notify panicked", "error_id", report.ID, "panic", v)
			}
		}()
		p.Notify(ctx, report)
	}
	if strings.HasPrefix(c.Gateway().Interface, "CGI/") {
		call()
		return
	}
	go call()
}

// reportGoroutine reports the panic of a goroutine; nobody may be waiting for it.
func (p *page) reportGoroutine(r *http.Request, err *PanicError) {
	f := p.examine(r, err)
	f.response = "not touched: the panic was on a goroutine that the handler had started"
	p.announce(r, f)
}
