package sessiontest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
)

var cancelCases = []testCase{
	{"cancelled-before", cancelledBefore},
	{"cancelled-during", cancelledDuring},
}

// cancelledBefore calls with a context that is done: a store may do what it is
// asked nevertheless, but what it says it has not done it must not have done.
func cancelledBefore(s store) {
	ctx, cancel := context.WithCancel(s.Context())
	cancel()
	v, want := s.save("key", "data", 0, later()), "data"

	_, _, err := s.Load(ctx, "key")
	s.doneOrCancelled("Load", err)

	next, err := s.Save(ctx, "key", []byte("other"), v, later())
	if s.doneOrCancelled("Save", err) {
		if next == 0 {
			s.Error("Save with a context that is done: a conflict where there is none")
		}
		v, want = next, "other"
	}
	s.holds("key", want, v)

	next, err = s.Save(ctx, "new", []byte("data"), 0, later())
	if s.doneOrCancelled("Save", err) {
		s.holds("new", "data", next)
	} else {
		s.holdsNothing("new", "was not saved")
	}

	if s.doneOrCancelled("Delete", s.Delete(ctx, "key")) {
		s.holdsNothing("key", "was deleted")
	} else {
		s.holds("key", want, v)
	}
}

// doneOrCancelled tells which it is.
func (s store) doneOrCancelled(method string, err error) (done bool) {
	s.Helper()
	if err != nil && !errors.Is(err, context.Canceled) {
		s.Errorf("%s with a context that is done: got %v, want no error or context.Canceled", method, err)
	}
	return err == nil
}

// cancelledDuring cancels contexts while their calls run. What was saved must
// be there, nothing may be torn, and no lock may stay.
func cancelledDuring(s store) {
	s.parallel(racers, func(i int) error {
		key := strconv.Itoa(i)
		var saved uint64
		unknown := false // whether a call that was cancelled may still be done
		for n := uint64(1); n <= 40; n++ {
			ctx, cancel := context.WithTimeout(s.Context(), time.Duration(n)*20*time.Microsecond)
			err := overwrite(ctx, s, key, n)
			cancel()
			switch {
			case err == nil:
				saved, unknown = n, false
			case !errors.Is(err, errRefused):
				unknown = true
			case !unknown:
				return err
			}
			if err := s.atLeast(key, saved); err != nil {
				return err
			}
		}
		return settle(s, key, 41)
	})
	for i := range racers {
		if err := s.atLeast(strconv.Itoa(i), 41); err != nil {
			s.Error(err)
		}
	}
}

var errRefused = errors.New("refused over the stored version")

// overwrite saves n over what is stored. Only saving is done with ctx.
func overwrite(ctx context.Context, s store, key string, n uint64) error {
	_, version, err := s.Load(s.Context(), key)
	if err != nil {
		return err
	}
	next, err := s.Save(ctx, key, value(n), version, later())
	if err == nil && next == 0 {
		err = errRefused
	}
	return err
}

// settle saves n. A database may still be doing what was cancelled, and refuse
// this in its favour, but not for ever.
func settle(s store, key string, n uint64) error {
	err := errRefused
	for range 100 {
		if !errors.Is(err, errRefused) {
			break
		}
		err = overwrite(s.Context(), s, key, n)
	}
	return err
}

// atLeast checks that what is under key is whole and not older than n, 0 for
// nothing.
func (s store) atLeast(key string, n uint64) error {
	data, version, err := s.Load(s.Context(), key)
	if err != nil {
		return err
	}
	if version == 0 {
		if n == 0 {
			return nil
		}
		return fmt.Errorf("%s is lost, number %d was saved", key, n)
	}
	got, err := number(data)
	if err == nil && got < n {
		err = fmt.Errorf("%s: number %d, but %d was saved", key, got, n)
	}
	return err
}
