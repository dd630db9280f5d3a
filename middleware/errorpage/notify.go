package errorpage

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/mask"
)

// notices remembers what this process has notified.
type notices struct {
	mu   sync.Mutex
	last map[string]time.Time
	full time.Time // when it was last said that they are too many
}

// maxNotices is how many different errors are notified within NotifyEvery: what
// sends mails must not send any number of them, whatever makes one error of another.
const maxNotices = 20

// due reports whether a notification is due, and takes it as done; or whether it is
// not because there are too many, which is said only once in a while.
func (n *notices) due(fingerprint string, every time.Duration) (due, tooMany bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(n.last, func(_ string, last time.Time) bool { return now.Sub(last) >= every })
	if _, ok := n.last[fingerprint]; ok {
		return false, false
	}
	if len(n.last) >= maxNotices {
		said := now.Sub(n.full) < every
		if !said {
			n.full = now
		}
		return false, !said
	}
	if n.last == nil {
		n.last = make(map[string]time.Time)
	}
	n.last[fingerprint] = now
	return true, false
}

// How long a page waits for the lock of the records. What has to wait longer is
// written in the background; but under CGI the process ends with the page.
const (
	patience    = 250 * time.Millisecond
	patienceCGI = 2 * time.Second
)

// record stores and notifies.
func (p *page) record(r *http.Request, f *failure) {
	report := sync.OnceValue(func() *Report { // made only where it is needed
		if f.report == nil {
			return p.collect(r, f, false)
		}
		return f.report.stored()
	})
	if p.store(r, f, report) {
		p.notify(r, report())
	}
}

// store adds f to the records, and reports whether a notification is due. Other
// processes' are known by the record; our own in any case, so that a folder which
// cannot be written makes neither too many of them nor none.
func (p *page) store(r *http.Request, f *failure, report func() *Report) (notify bool) {
	due := func() bool { return p.dueNow(r, f) }
	if p.Records == nil {
		return due()
	}
	wait := patience
	if underCGI(r) {
		wait = patienceCGI
	}
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	asked := false
	err := p.Records.add(ctx, f.fingerprint, p.occurrence(r, f), report, func(rec *Record) {
		asked = true
		if time.Since(rec.Notified) >= p.NotifyEvery && due() {
			notify, rec.Notified = true, time.Now()
		}
	})
	if err != nil {
		gangplank.From(r).Logger().Error("errorpage: not recorded", "error_id", f.id, "error", err)
		return notify || !asked && due()
	}
	return notify
}

func (p *page) dueNow(r *http.Request, f *failure) bool {
	if p.Notify == nil {
		return false
	}
	due, tooMany := p.notified.due(f.fingerprint, p.NotifyEvery)
	if tooMany {
		gangplank.From(r).Logger().Warn("errorpage: too many different errors: the others are not notified", "error_id", f.id, "notified", maxNotices, "every", p.NotifyEvery)
	}
	return due
}

func underCGI(r *http.Request) bool {
	return strings.HasPrefix(gangplank.From(r).Gateway().Interface, "CGI/")
}

// stored is the report without what belongs to the process and not to the error.
func (r *Report) stored() *Report {
	s := *r
	s.Process, s.Goroutines, s.Request.Session = nil, nil, nil
	return &s
}

func (p *page) occurrence(r *http.Request, f *failure) Occurrence {
	m := p.maskerOf(r, f)
	return Occurrence{ID: f.id, Time: time.Now(), Method: r.Method, URI: m.URL("URL", uri(r)), RequestID: gangplank.From(r).RequestID()}
}

// notify calls the hook, of which a failure must not fail the request.
func (p *page) notify(r *http.Request, report *Report) {
	c := gangplank.From(r)
	logger, ctx := c.Logger(), context.WithoutCancel(r.Context())
	call := func() {
		defer func() {
			if v := recover(); v != nil {
				logger.Error("errorpage: Notify panicked", "error_id", report.ID, "panic", mask.Text(fmt.Sprint(v)))
			}
		}()
		p.Notify(ctx, report)
	}
	if underCGI(r) {
		call()
		return
	}
	go call()
}

// reportGoroutine reports the panic of a goroutine; nobody may be waiting for it.
func (p *page) reportGoroutine(r *http.Request, err *PanicError) {
	p.tell(r, err, "not touched: the panic was on a goroutine that the handler had started")
}
