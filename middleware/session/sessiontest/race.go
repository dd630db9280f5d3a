package sessiontest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
)

const racers = 8

var raceCases = []testCase{
	{"one-creates", oneCreates},
	{"no-lost-update", noLostUpdate},
	{"no-resurrection", noResurrection},
	{"many-keys", manyKeys},
}

// oneCreates lets several requests create one session at once.
func oneCreates(s store) {
	for round := range 20 {
		key := strconv.Itoa(round)
		versions := make([]uint64, racers)
		s.parallel(racers, func(i int) (err error) {
			versions[i], err = s.Save(s.Context(), key, value(uint64(i)), 0, later())
			return err
		})
		var winners int
		for i, v := range versions {
			if v != 0 {
				winners++
				s.holds(key, string(value(uint64(i))), v)
			}
		}
		if winners != 1 {
			s.Errorf("%d of %d have created the same session, want 1", winners, racers)
		}
	}
}

// noLostUpdate lets several requests count in one session: each number is
// stored once. Every load is a test for torn values.
func noLostUpdate(s store) {
	const each = 25
	s.parallel(racers, func(int) error { return count(s.Context(), s.Store, "key", each) })
	data, _ := s.load("key")
	if n, err := number(data); n != racers*each || err != nil {
		s.Errorf("the counter after %d increments: got %d, %v", racers*each, n, err)
	}
}

// count increments the counter under key n times, each time until it wins.
func count(ctx context.Context, s Store, key string, n int) error {
	for n > 0 {
		data, version, err := s.Load(ctx, key)
		if err != nil {
			return err
		}
		var last uint64
		if version != 0 {
			if last, err = number(data); err != nil {
				return err
			}
		}
		next, err := s.Save(ctx, key, value(last+1), version, later())
		if err != nil {
			return err
		}
		if next != 0 {
			n--
		}
	}
	return nil
}

// noResurrection destroys a session that slow requests are still changing. They
// save over what they have loaded only, so that after Delete nothing may come.
func noResurrection(s store) {
	for round := range 20 {
		key := strconv.Itoa(round)
		s.save(key, string(value(0)), 0, later())
		var saved atomic.Int64
		var deleted atomic.Bool
		busy := make(chan struct{})
		s.parallel(racers, func(i int) error {
			if i == 0 {
				<-busy
				defer deleted.Store(true)
				return s.Delete(s.Context(), key)
			}
			for n := uint64(1); !deleted.Load(); n++ {
				ok, err := change(s, key, n)
				if err != nil {
					return err
				}
				if ok && saved.Add(1) == racers {
					close(busy)
				}
			}
			return nil
		})
		s.holdsNothing(key, "was deleted while others changed it")
	}
}

// change loads what is under key and saves n over it, if there is anything and
// nobody else was faster.
func change(s store, key string, n uint64) (ok bool, err error) {
	data, version, err := s.Load(s.Context(), key)
	if version == 0 || err != nil {
		return false, err
	}
	if _, err := number(data); err != nil {
		return false, err
	}
	next, err := s.Save(s.Context(), key, value(n), version, later())
	return next != 0, err
}

// manyKeys lets every request have a session of its own.
func manyKeys(s store) {
	s.parallel(racers, func(i int) error {
		for k := range 50 {
			key := fmt.Sprint(i, "-", k)
			v, err := s.Save(s.Context(), key, value(uint64(k)), 0, later())
			if err != nil || v == 0 {
				return fmt.Errorf("created %s: version %d, %v", key, v, err)
			}
			data, loaded, err := s.Load(s.Context(), key)
			if n, torn := number(data); n != uint64(k) || loaded != v || err != nil || torn != nil {
				return fmt.Errorf("loaded %s: number %d, version %d, want %d, %d: %v", key, n, loaded, k, v, errors.Join(err, torn))
			}
			if k%3 == 0 {
				if err := s.Delete(s.Context(), key); err != nil {
					return err
				}
			}
		}
		return nil
	})
	for i := range racers {
		for k := range 50 {
			_, version := s.load(fmt.Sprint(i, "-", k))
			if got, want := version != 0, k%3 != 0; got != want {
				s.Errorf("session %d of %d is there: %t, want %t", k, i, got, want)
			}
		}
	}
}
