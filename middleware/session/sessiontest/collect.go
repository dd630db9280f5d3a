package sessiontest

import (
	"context"
	"fmt"
	"time"
)

var collectCases = []testCase{
	{"collect", func(s store) {
		c := s.collector()
		const expired = 50
		for i := range expired {
			s.save(fmt.Sprint("expired", i), "data", 0, time.Now().Add(-time.Hour))
		}
		v := s.save("key", "data", 0, later())
		n, err := c.Collect(s.Context())
		// Save may have collected some itself.
		if n > expired || err != nil {
			s.Errorf("Collect of %d: got %d, %v", expired, n, err)
		}
		if n, err = c.Collect(s.Context()); n != 0 || err != nil {
			s.Errorf("Collect when all is collected: got %d, %v, want 0", n, err)
		}
		s.holds("key", "data", v)
		s.save("expired0", "data", 0, later())
	}},
	{"collect-nothing", func(s store) {
		if n, err := s.collector().Collect(s.Context()); n != 0 || err != nil {
			s.Errorf("Collect of an empty store: got %d, %v, want 0", n, err)
		}
	}},
	{"collect-race", collectRace},
}

func (s store) collector() collector {
	c, ok := s.Store.(collector)
	if !ok {
		s.Skip("the store has no Collect: it does not need one")
	}
	return c
}

// collectRace stores sessions anew, where expired ones are, while those are
// collected: what is not expired any more must stay.
func collectRace(s store) {
	c := s.collector()
	ctx, done := context.WithCancel(s.Context())
	defer done()
	turn := make(chan struct{}) // a session has just been stored anew
	s.parallel(racers, func(i int) error {
		defer done()
		if i > 0 {
			return comeAndGo(ctx, s, fmt.Sprint(i), turn)
		}
		for range 100 {
			select {
			case <-turn:
			case <-ctx.Done():
				return nil
			}
			if _, err := c.Collect(s.Context()); err != nil {
				return err
			}
		}
		return nil
	})
}

func comeAndGo(ctx context.Context, s store, key string, turn chan<- struct{}) error {
	past := time.Now().Add(-time.Hour)
	for n := uint64(1); ; n++ {
		if v, err := s.Save(s.Context(), key, value(n), 0, past); v == 0 || err != nil {
			return fmt.Errorf("stored expired: version %d, %v", v, err)
		}
		v, err := s.Save(s.Context(), key, value(n), 0, later())
		if v == 0 || err != nil {
			return fmt.Errorf("stored anew: version %d, %v", v, err)
		}
		select {
		case turn <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		if err := s.atLeast(key, n); err != nil {
			return err
		}
		if v, err = s.Save(s.Context(), key, value(n), v, past); v == 0 || err != nil {
			return fmt.Errorf("expired: version %d, %v", v, err)
		}
	}
}
