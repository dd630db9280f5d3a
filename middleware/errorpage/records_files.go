package errorpage

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

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
	if err = json.Unmarshal(b, rec); err == nil && rec.Fingerprint != fingerprint {
		err = fmt.Errorf("it is that of %q", rec.Fingerprint)
	}
	if err != nil {
		return nil, fmt.Errorf("errorpage: record %s: %w", fingerprint, err)
	}
	return rec, nil
}

// putAside keeps a file that cannot be read, so that the error is recorded anew. It
// is said in the program's log: what waits is written by no request.
func (s *Records) putAside(fingerprint string, why error) error {
	name := s.file(fingerprint)
	if err := os.Rename(name, name+damaged); err != nil {
		return err
	}
	slog.Warn("errorpage: a record cannot be read: it is begun anew, and its count with it", "error", why, "kept", name+damaged)
	return nil
}

// damaged ends the name of a file that was put aside. It goes when it is as old as
// records become.
const damaged = ".bad"

// save replaces the file at once: a reader, or a crash, finds the old one or the
// new one.
func (s *Records) save(rec *Record) error {
	b, err := encode(rec)
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
