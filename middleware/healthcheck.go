package middleware

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// Check reports whether something that requests need works, such as a database:
// nil means that it does.
type Check func(ctx context.Context) error

// readiness is the checks of a [Health].
type readiness struct {
	timeout time.Duration
	fresh   time.Duration
	checks  []*runningCheck
}

func newReadiness(cfg HealthConfig) *readiness {
	rd := &readiness{timeout: cfg.Timeout, fresh: cfg.Fresh}
	for _, name := range slices.Sorted(maps.Keys(cfg.Checks)) {
		rd.checks = append(rd.checks, &runningCheck{name: name, check: cfg.Checks[name]})
	}
	return rd
}

// check returns what failed. The checks run side by side, and independently of
// the request that asks: others may be waiting for the same result.
func (rd *readiness) check() error {
	limit := time.NewTimer(rd.timeout)
	defer limit.Stop()
	runs := make([]*checkRun, len(rd.checks))
	for i, c := range rd.checks {
		runs[i] = c.run(rd.timeout, rd.fresh)
	}
	errs := make([]error, len(rd.checks))
	late := false
	for i, c := range rd.checks {
		if err := runs[i].wait(limit.C, &late); err != nil {
			errs[i] = fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return errors.Join(errs...)
}

// runningCheck is a check and its last run.
type runningCheck struct {
	name  string
	check Check

	mu   sync.Mutex
	last *checkRun
}

// checkRun is one run of a check. What done guards may be read once it is closed.
type checkRun struct {
	done chan struct{}
	at   time.Time // the end
	err  error
}

// run returns the last run if it is going on or its result is fresh, and else
// starts another: of a check that hangs there is one goroutine, however many ask.
func (c *runningCheck) run(timeout, fresh time.Duration) *checkRun {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last == nil || c.last.over() && time.Since(c.last.at) >= fresh {
		c.last = &checkRun{done: make(chan struct{})}
		go c.last.do(c.check, timeout)
	}
	return c.last
}

func (run *checkRun) over() bool {
	select {
	case <-run.done:
		return true
	default:
		return false
	}
}

func (run *checkRun) do(check Check, timeout time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer close(run.done)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			run.err = fmt.Errorf("panic: %v", v)
		}
		run.at = time.Now()
	}()
	run.err = errCheckExited // it is overwritten by a check that returns
	run.err = check(ctx)
}

// wait returns the run's error, or that it did not end before limit. late tells
// the waits that follow that limit has fired.
func (run *checkRun) wait(limit <-chan time.Time, late *bool) error {
	if !*late {
		select {
		case <-run.done:
		case <-limit:
			*late = true
		}
	}
	if !run.over() {
		return errCheckLate
	}
	return run.err
}

var (
	errCheckLate   = errors.New("no result within the time limit")
	errCheckExited = errors.New("the check ended its goroutine without a result") // runtime.Goexit
)
