package sessiontest

import "time"

var expiryCases = []testCase{
	{"expired-when-stored", func(s store) {
		for _, expires := range []time.Time{time.Now().Add(-time.Second), time.Unix(0, 0), time.Unix(-1, 0), {}} {
			v := s.save("new", "data", 0, expires)
			s.holdsNothing("new", "had expired when it was stored")
			s.refused("new", v, "the version of what has expired")

			v = s.save("old", "data", 0, later())
			v = s.save("old", "data", v, expires)
			s.holdsNothing("old", "had expired when it was stored again")
			s.refused("old", v, "the version of what has expired")
		}
	}},
	{"expires", func(s store) {
		v := s.save("key", "data", 0, soon())
		s.awaitExpiry("key")
		s.refused("key", v, "the version of what has expired")
		s.holdsNothing("key", "has expired")
		next := s.save("key", "another", 0, later())
		s.refused("key", v, "the version of what had expired, where a new session is stored")
		s.holds("key", "another", next)
	}},
	{"expires-late", func(s store) {
		expires := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
		v := s.save("key", "data", 0, expires)
		s.holds("key", "data", v)
	}},
	{"extended", func(s store) {
		// On a busy machine the first expiry may have passed before the second
		// is stored: then once more.
		for range 10 {
			v := s.save("key", "data", 0, soon())
			s.save("reference", "data", 0, soon())
			if v = s.try("key", "data", v, later()); v != 0 {
				s.awaitExpiry("reference")
				s.holds("key", "data", v)
				return
			}
			s.awaitExpiry("reference")
		}
		s.Fatal("Save was refused ten times")
	}},
	{"shortened", func(s store) {
		v := s.save("key", "data", 0, later())
		v = s.save("key", "data", v, soon())
		s.awaitExpiry("key")
		s.refused("key", v, "the version of what has expired")
	}},
}

func soon() time.Time { return time.Now().Add(300 * time.Millisecond) }

// awaitExpiry waits until key has expired by the store's own clock, which may
// be another machine's.
func (s store) awaitExpiry(key string) {
	s.Helper()
	deadline := time.After(time.Minute)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, version := s.load(key); version == 0 {
			return
		}
		select {
		case <-deadline:
			s.Fatalf("%q does not expire", key)
		case <-tick.C:
		}
	}
}
