package errorpage

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// prune removes what is beyond the limits, and what a crash has left behind.
func (s *Records) prune() {
	all, err := s.entries()
	if err != nil {
		return
	}
	s.shrink(s.dropOld(all))
	_, _, maxAge := s.limits()
	s.dropLeft(".new-*", time.Hour)
	s.dropLeft("*"+damaged, maxAge)
}

func (s *Records) dropOld(all []entryInfo) []entryInfo {
	_, _, maxAge := s.limits()
	return slices.DeleteFunc(all, func(e entryInfo) bool {
		old := time.Since(e.seen) > maxAge
		if old {
			_ = os.Remove(s.file(e.fingerprint))
		}
		return old
	})
}

// shrink removes the longest unseen: first of those that came once, so that a
// storm of such does not drive out what happens again and again; but not of the
// newest tenth, so that what is new has the time to come again.
func (s *Records) shrink(all []entryInfo) {
	maxFiles, maxBytes, _ := s.limits()
	var sum int64
	for _, e := range all {
		sum += e.size
	}
	remove := func(first int, which func(entryInfo) bool) {
		for i := len(all) - 1; i >= first && (len(all) > maxFiles || sum > maxBytes); i-- {
			if e := all[i]; which(e) {
				_ = os.Remove(s.file(e.fingerprint))
				sum -= e.size
				all = slices.Delete(all, i, i+1)
			}
		}
	}
	remove(1+maxFiles/10, s.cameOnce)
	remove(1, func(entryInfo) bool { return true })
}

// cameOnce looks at the beginning of the file, as encode has written it: whole
// records are too much to read for each new one.
func (s *Records) cameOnce(e entryInfo) bool {
	file, err := os.Open(s.file(e.fingerprint))
	if err != nil {
		return false
	}
	defer file.Close()
	want := []byte(`{"fingerprint":"` + e.fingerprint + `","count":1,`)
	got := make([]byte, len(want))
	_, _ = io.ReadFull(file, got) // a short one is not equal
	return bytes.Equal(got, want)
}

func (s *Records) dropLeft(pattern string, after time.Duration) {
	left, _ := filepath.Glob(filepath.Join(s.Dir, pattern))
	for _, name := range left {
		if info, err := os.Stat(name); err == nil && time.Since(info.ModTime()) > after {
			_ = os.Remove(name)
		}
	}
}
