package sessiontest

import (
	"math"
	"time"
)

var versionCases = []testCase{
	{"conflict", func(s store) {
		first := s.save("key", "first", 0, later())
		second := s.save("key", "second", first, later())
		s.refused("key", first, "the version before")
		s.refused("key", 0, "version 0 where something is stored")
		s.refused("key", second+1, "a version that never was")
		s.refused("key", math.MaxUint64, "the highest version")
		s.holds("key", "second", second)
		s.save("key", "third", second, later())
	}},
	{"other-key", func(s store) {
		a := s.save("a", "data of a", 0, later())
		b := s.save("b", "data of b", 0, later())
		if a != b {
			s.refused("a", b, "the version of another key")
		}
		s.remove("a")
		s.holds("b", "data of b", b)
	}},
	{"destroyed", func(s store) {
		v := s.save("key", "data", 0, later())
		s.remove("key")
		s.holdsNothing("key", "was deleted")
		s.refused("key", v, "the version before Delete")
		s.holdsNothing("key", "was deleted before a late Save")
		s.remove("key")
		next := s.save("key", "another", 0, later())
		s.refused("key", v, "the version before Delete, where a new session is stored")
		s.holds("key", "another", next)
	}},
	{"never-again", neverAgain},
}

// neverAgain lets a key come and go in every way there is: no version may
// return, or a slow request of an earlier life would pass for one of this.
func neverAgain(s store) {
	seen := make(map[uint64]bool)
	save := func(data string, version uint64, expires time.Time) uint64 {
		v := s.save("key", data, version, expires)
		if seen[v] {
			s.Fatalf("version %d was given twice", v)
		}
		seen[v] = true
		return v
	}
	for range 10 {
		v := save("created", 0, later())
		v = save("the same data", v, later())
		save("the same data", v, later())
		s.remove("key")
		save("expired when stored", 0, time.Now().Add(-time.Hour))
		v = save("after that", 0, later())
		save("expired when stored again", v, time.Now().Add(-time.Hour))
	}
}
