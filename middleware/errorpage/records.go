package errorpage

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Records is a folder of failures: one file for all occurrences of one error,
// with their count, the last of them, and the newest report. Any number of
// processes may share it. Nothing else should be in the folder.
//
//	records := &errorpage.Records{Dir: "/var/lib/app/errors"}
//	r.Use(errorpage.New(errorpage.Config{Records: records}))
//	r.Mount("/errors", records.Handler(isAdmin))
type Records struct {
	_ [0]func()

	Dir      string        // is made, for the owner only, if it is missing
	MaxFiles int           // of the folder; the longest unseen go first. Default: 500
	MaxBytes int64         // of the folder. Default: 64 MiB
	MaxAge   time.Duration // since an error was last seen. Default: 90 days

	mu      sync.Mutex
	waiting map[string]*pending
}

// Record is what a file holds.
type Record struct {
	Fingerprint string       `json:"fingerprint"`
	Count       int64        `json:"count"`
	First       time.Time    `json:"first"`
	Last        time.Time    `json:"last"`
	Notified    time.Time    `json:"notified"`
	Occurrences []Occurrence `json:"occurrences"` // the newest first
	Report      *Report      `json:"report"`      // of the newest that was written out
}

// Occurrence is one time that an error happened.
type Occurrence struct {
	ID        string    `json:"id"`
	Time      time.Time `json:"time"`
	Method    string    `json:"method"`
	URI       string    `json:"uri"`
	RequestID string    `json:"request_id,omitempty"`
}

const (
	maxOccurrences = 25
	maxRecord      = 4 << 20
	// writeEvery is how often one error is written by one process: a storm of
	// them must not become a storm of writes. What comes between is counted.
	writeEvery = time.Second
)

// Validate reports all that is wrong with s, joined.
func (s *Records) Validate() error {
	var errs []error
	if s.Dir == "" {
		errs = append(errs, errors.New("Records.Dir is empty"))
	}
	if s.MaxFiles < 0 || s.MaxBytes < 0 || s.MaxAge < 0 {
		errs = append(errs, fmt.Errorf("Records: a limit is negative: MaxFiles %d, MaxBytes %d, MaxAge %v", s.MaxFiles, s.MaxBytes, s.MaxAge))
	}
	return errors.Join(errs...)
}

func (s *Records) limits() (files int, bytes int64, age time.Duration) {
	return cmp.Or(s.MaxFiles, 500), cmp.Or(s.MaxBytes, 64<<20), cmp.Or(s.MaxAge, 90*24*time.Hour)
}

// pending is what a process has not written yet of one error.
type pending struct {
	written     time.Time
	count       int64
	occurrences []Occurrence
	timer       bool
}

// add counts an occurrence. Unless the error was written a moment ago, it is
// written now, with the report that make makes. update, if it is not nil, may
// change the record while no other process can.
func (s *Records) add(fingerprint string, o Occurrence, make func() *Report, update func(*Record)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting == nil {
		s.waiting = map[string]*pending{}
	}
	p := s.waiting[fingerprint]
	if p == nil {
		p = &pending{}
		s.waiting[fingerprint] = p
	}
	p.count++
	p.occurrences = append([]Occurrence{o}, p.occurrences[:min(len(p.occurrences), maxOccurrences-1)]...)
	if wait := writeEvery - time.Since(p.written); wait > 0 {
		if !p.timer {
			p.timer = true
			time.AfterFunc(wait, func() { s.flush(fingerprint) })
		}
		return nil
	}
	return s.write(fingerprint, p, make(), update)
}

// flush writes what was only counted.
func (s *Records) flush(fingerprint string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.waiting[fingerprint]
	if p == nil {
		return
	}
	p.timer = false
	if p.count > 0 {
		_ = s.write(fingerprint, p, nil, nil) // it was written a second ago; the log has each
	}
	delete(s.waiting, fingerprint)
}

// write merges p into the file.
func (s *Records) write(fingerprint string, p *pending, report *Report, update func(*Record)) error {
	p.written = time.Now()
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return err
	}
	unlock, err := lockDir(s.Dir)
	if err != nil {
		return err
	}
	defer unlock()
	rec, err := s.load(fingerprint)
	fresh := err != nil // missing, or not to be read: begun anew
	if fresh {
		rec = &Record{Fingerprint: fingerprint, First: p.written}
	}
	rec.Count += p.count
	rec.Last = p.written
	rec.Occurrences = append(slices.Clone(p.occurrences), rec.Occurrences...)
	rec.Occurrences = rec.Occurrences[:min(len(rec.Occurrences), maxOccurrences)]
	if report != nil {
		rec.Report = report
	}
	if update != nil {
		update(rec)
	}
	p.count, p.occurrences = 0, nil
	if err := s.save(rec); err != nil {
		return err
	}
	if fresh {
		s.prune()
	}
	return nil
}

func (s *Records) file(fingerprint string) string {
	return filepath.Join(s.Dir, fingerprint+".json")
}

func (s *Records) load(fingerprint string) (*Record, error) {
	name := s.file(fingerprint)
	if info, err := os.Stat(name); err != nil {
		return nil, err
	} else if info.Size() > maxRecord {
		return nil, fmt.Errorf("errorpage: record %s has %d bytes", fingerprint, info.Size())
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	rec := new(Record)
	if err := json.Unmarshal(b, rec); err != nil {
		return nil, fmt.Errorf("errorpage: record %s: %w", fingerprint, err)
	}
	return rec, nil
}

// save replaces the file at once: a reader, or a crash, finds the old one or the
// new one.
func (s *Records) save(rec *Record) error {
	b, err := json.Marshal(rec)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(s.Dir, ".new-*") // with mode 0600
	if err != nil {
		return err
	}
	_, err = tmp.Write(b)
	if closing := tmp.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(tmp.Name(), s.file(rec.Fingerprint))
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
	}
	return err
}

type entryInfo struct {
	fingerprint string
	seen        time.Time
	size        int64
}

// entries are the files, those seen last first.
func (s *Records) entries() ([]entryInfo, error) {
	dir, err := os.ReadDir(s.Dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []entryInfo
	for _, d := range dir {
		name, ok := strings.CutSuffix(d.Name(), ".json")
		if !ok || fingerprintOfID(name) != name {
			continue
		}
		if info, err := d.Info(); err == nil { // else it has just gone
			all = append(all, entryInfo{name, info.ModTime(), info.Size()})
		}
	}
	slices.SortFunc(all, func(a, b entryInfo) int { return b.seen.Compare(a.seen) })
	return all, nil
}

// prune removes what is beyond the limits, and what a crash has left behind.
func (s *Records) prune() {
	all, err := s.entries()
	if err != nil {
		return
	}
	maxFiles, maxBytes, maxAge := s.limits()
	var sum int64
	for i, e := range all {
		sum += e.size
		if i > 0 && (i >= maxFiles || sum > maxBytes) || time.Since(e.seen) > maxAge {
			_ = os.Remove(s.file(e.fingerprint))
		}
	}
	left, _ := filepath.Glob(filepath.Join(s.Dir, ".new-*"))
	for _, name := range left {
		if info, err := os.Stat(name); err == nil && time.Since(info.ModTime()) > time.Hour {
			_ = os.Remove(name)
		}
	}
}

// List returns all records without their reports, those seen last first.
func (s *Records) List() ([]*Record, error) {
	entries, err := s.entries()
	if err != nil {
		return nil, err
	}
	var all []*Record
	for _, e := range entries {
		rec, err := s.load(e.fingerprint)
		if err != nil {
			continue
		}
		if rec.Report != nil { // what a list shows of it
			rec.Report = &Report{Status: rec.Report.Status, Error: rec.Report.Error, Request: rec.Report.Request}
		}
		all = append(all, rec)
	}
	return all, nil
}

// Get returns the record of an error id, or of a fingerprint, however it is
// written.
func (s *Records) Get(id string) (*Record, error) {
	fingerprint := fingerprintOfID(id)
	if fingerprint == "" {
		return nil, os.ErrNotExist
	}
	return s.load(fingerprint)
}
