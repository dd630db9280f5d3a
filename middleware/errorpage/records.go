package errorpage

import (
	"cmp"
	"errors"
	"fmt"
	"os"
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
//	...
//	server.Shutdown(ctx)
//	records.Flush(ctx)
//
// A test whose folder is t.TempDir() flushes too: what is written after its end
// makes the removal of the folder fail.
type Records struct {
	_ [0]func()

	Dir      string        // is made, for the owner only, if it is missing
	MaxFiles int           // of the folder; the longest unseen go first, of those that came once. Default: 500
	MaxBytes int64         // of the folder. Default: 64 MiB
	MaxAge   time.Duration // since an error was last seen. Default: 90 days

	mu      sync.Mutex // guards what follows; it is never held while a file is used
	waiting map[string]*pending
	behind  int           // writes in the background
	idle    chan struct{} // if somebody waits for their end: closed then
}

// Record is what a file holds. An error is known again, in the next build too, by
// the types in its tree and the program's functions that its stack has; without a
// stack by the route and the words of its message that the client has not sent. Of
// those a route has at most 16 in an hour, and one record for what goes beyond.
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

// List returns all records without their reports, those seen last first. One that
// cannot be read has a count of 0, and as its report's error why not.
func (s *Records) List() ([]*Record, error) {
	entries, err := s.entries()
	if err != nil {
		return nil, err
	}
	var all []*Record
	for _, e := range entries {
		rec, err := s.load(e.fingerprint)
		switch {
		case errors.Is(err, os.ErrNotExist): // it has just gone
			continue
		case err != nil:
			rec = &Record{Fingerprint: e.fingerprint, Last: e.seen, Report: &Report{Error: &Cause{Type: typeOf(err), Message: err.Error()}}}
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
