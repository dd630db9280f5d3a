package errorpage

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"
)

// pending is one error of which this process knows.
type pending struct {
	tried time.Time // when it was last to be written
	timer *time.Timer
	batch
}

// batch is what is to be written of an error.
type batch struct {
	count       int64
	occurrences []Occurrence
	report      *Report // of a write that failed
}

const (
	// What may wait while the folder cannot be written: errors, and the report of each.
	maxWaiting       = 200
	maxWaitingReport = 256 << 10
	// patienceBehind is that for the lock in the background, where no page waits.
	patienceBehind = 10 * time.Second
)

// add counts an occurrence. Unless the error was written a moment ago, it is
// written now, with the report that make makes; what cannot be written by the
// end of ctx waits. update may change the record while no other process can.
func (s *Records) add(ctx context.Context, fingerprint string, o Occurrence, make func() *Report, update func(*Record)) error {
	b := s.count(fingerprint, o)
	if b.count == 0 {
		return nil
	}
	b.report = make()
	err := s.write(ctx, fingerprint, b, update)
	if err != nil {
		s.mu.Lock()
		s.later(fingerprint, writeEvery)
		s.mu.Unlock()
	}
	return err
}

// count notes an occurrence, and returns what is to be written now, if anything.
func (s *Records) count(fingerprint string, o Occurrence) batch {
	o.URI, o.RequestID, o.Method = cut(o.URI, maxShort), cut(o.RequestID, maxShort), cut(o.Method, maxShort)
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.known(fingerprint)
	p.join(batch{1, []Occurrence{o}, nil})
	if wait := writeEvery - time.Since(p.tried); wait > 0 {
		s.later(fingerprint, wait)
		return batch{}
	}
	return p.take()
}

// take returns what waits, which then waits no more.
func (p *pending) take() batch {
	p.stop()
	b := p.batch
	p.batch, p.tried = batch{}, time.Now()
	return b
}

// join adds what is newer than the rest.
func (b *batch) join(newer batch) {
	b.count += newer.count
	b.occurrences = slices.Concat(newer.occurrences, b.occurrences)
	b.occurrences = b.occurrences[:min(len(b.occurrences), maxOccurrences)]
	b.report = cmp.Or(newer.report, b.report)
}

// known returns what is known of an error. What is new needs a place.
func (s *Records) known(fingerprint string) *pending {
	if p := s.waiting[fingerprint]; p != nil {
		return p
	}
	if s.waiting == nil {
		s.waiting = make(map[string]*pending)
	}
	s.sweep()
	p := new(pending)
	s.waiting[fingerprint] = p
	return p
}

// sweep forgets the errors that have been written and may be written again, and
// one more if the others are too many: the oldest, of those of which nothing is
// lost if there are any.
func (s *Records) sweep() {
	var first string
	for fingerprint, p := range s.waiting {
		if p.count == 0 && time.Since(p.tried) >= writeEvery {
			delete(s.waiting, fingerprint)
		} else if first == "" || p.before(s.waiting[first]) {
			first = fingerprint
		}
	}
	if len(s.waiting) >= maxWaiting {
		s.waiting[first].stop()
		delete(s.waiting, first)
	}
}

func (p *pending) before(q *pending) bool {
	if (p.count == 0) != (q.count == 0) {
		return p.count == 0
	}
	return p.tried.Before(q.tried)
}

func (p *pending) stop() {
	if p.timer != nil {
		p.timer.Stop()
		p.timer = nil
	}
}

// later has an error written after a while. Should that fail too, it waits for
// its next occurrence, or for Flush.
func (s *Records) later(fingerprint string, wait time.Duration) {
	p := s.waiting[fingerprint]
	if p == nil || p.timer != nil {
		return
	}
	p.timer = time.AfterFunc(wait, func() {
		defer s.begin()()
		ctx, cancel := context.WithTimeout(context.Background(), patienceBehind)
		defer cancel()
		_ = s.write(ctx, fingerprint, s.take(fingerprint), nil) // the log has each occurrence
	})
}

// begin notes that something is written in the background.
func (s *Records) begin() (end func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behind++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.behind--; s.behind == 0 && s.idle != nil {
			close(s.idle)
			s.idle = nil
		}
	}
}

// settle waits until nothing is written in the background.
func (s *Records) settle(ctx context.Context) error {
	s.mu.Lock()
	if s.behind > 0 && s.idle == nil {
		s.idle = make(chan struct{})
	}
	idle := s.idle
	s.mu.Unlock()
	if idle == nil {
		return nil
	}
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Flush writes the occurrences that are only counted so far: those within a
// second of another, and those that could not be written. A program calls it at
// its end, when its server has been shut down or adapters.Run, which unlike
// adapters.Main comes back, has returned. Other processes that hold the folder's
// lock are waited for until ctx ends; what could not be written stays.
func (s *Records) Flush(ctx context.Context) error {
	errs := []error{s.settle(ctx)}
	s.mu.Lock()
	all := slices.Collect(maps.Keys(s.waiting))
	s.mu.Unlock()
	for _, fingerprint := range all {
		errs = append(errs, s.write(ctx, fingerprint, s.take(fingerprint), nil))
	}
	return errors.Join(errs...)
}

func (s *Records) take(fingerprint string) batch {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.waiting[fingerprint]; p != nil {
		return p.take()
	}
	return batch{}
}

// write writes b. What cannot be written waits on.
func (s *Records) write(ctx context.Context, fingerprint string, b batch, update func(*Record)) error {
	if b.count == 0 {
		return nil
	}
	err := s.merge(ctx, fingerprint, b, update)
	if err != nil {
		b.report = b.report.fit(maxWaitingReport)
		s.mu.Lock()
		defer s.mu.Unlock()
		p := s.known(fingerprint)
		b.join(p.batch)
		p.batch = b
	}
	return err
}

// merge adds b to the file.
func (s *Records) merge(ctx context.Context, fingerprint string, b batch, update func(*Record)) error {
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return err
	}
	unlock, err := lockDir(ctx, s.Dir)
	if err != nil {
		return err
	}
	defer unlock()
	rec, err := s.load(fingerprint)
	fresh := err != nil
	if fresh && !errors.Is(err, fs.ErrNotExist) {
		if err := s.putAside(fingerprint, err); err != nil {
			return err
		}
	}
	if fresh {
		rec = &Record{Fingerprint: fingerprint, First: b.occurrences[len(b.occurrences)-1].Time}
	}
	rec.Count += b.count
	rec.Occurrences = slices.Concat(b.occurrences, rec.Occurrences)
	slices.SortStableFunc(rec.Occurrences, func(a, b Occurrence) int { return b.Time.Compare(a.Time) }) // some have waited
	rec.Occurrences = rec.Occurrences[:min(len(rec.Occurrences), maxOccurrences)]
	rec.Last = rec.Occurrences[0].Time
	rec.Report = cmp.Or(b.report.fit(maxReport), rec.Report)
	if update != nil {
		update(rec)
	}
	if err := s.save(rec); err != nil {
		return err
	}
	if fresh {
		s.prune()
	}
	return nil
}
