package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"sync"
	"time"
)

// A sample is the result of one measurement.
type sample struct{ view, save cost }

// A cost is that of one kind of request.
type cost struct {
	cpu    float64 // the wiki's milliseconds per request, in user and system mode
	perSec float64 // requests
}

// measure starts a site and measures both kinds of request, the views first: they find the same pages in each round.
func measure(ctx context.Context, g gateway, program string, l load) (s sample, err error) {
	site, err := start(ctx, g, program)
	if err != nil {
		return s, err
	}
	defer func() { err = site.end(err) }()
	var editors []*editor
	for n := range l.editors {
		e, err := newEditor(ctx, "http://"+site.server.Addr, fmt.Sprintf("editor-%d", n))
		if err != nil {
			return s, err
		}
		defer e.transport.CloseIdleConnections()
		editors = append(editors, e)
	}
	if _, err := site.costOf(ctx, editors, (*editor).view, l.duration/4, math.MaxInt); err != nil { // warms it up
		return s, err
	}
	if s.view, err = site.costOf(ctx, editors, (*editor).view, l.duration, math.MaxInt); err != nil {
		return s, err
	}
	s.save, err = site.costOf(ctx, editors, (*editor).save, l.duration, l.saves)
	return s, err
}

// costOf lets all editors do the same until the time is over, or each has done it that often.
func (s *site) costOf(ctx context.Context, editors []*editor, do func(*editor, context.Context) error, d time.Duration, most int) (c cost, err error) {
	before, err := s.cpu()
	if err != nil {
		return c, err
	}
	begin := time.Now()
	requests, err := drive(ctx, editors, do, begin.Add(d), most)
	took := time.Since(begin)
	if err != nil {
		return c, err
	}
	after, err := s.cpu()
	c.cpu = float64((after - before).Microseconds()) / 1e3 / float64(requests)
	c.perSec = float64(requests) / took.Seconds()
	return c, err
}

// drive returns how many requests were made. Each editor makes at least one.
func drive(ctx context.Context, editors []*editor, do func(*editor, context.Context) error, end time.Time, most int) (requests int, err error) {
	counts, errs := make([]int, len(editors)), make([]error, len(editors))
	var all sync.WaitGroup
	for i, e := range editors {
		all.Go(func() {
			for counts[i] < most && errs[i] == nil && (counts[i] == 0 || time.Now().Before(end)) {
				errs[i] = do(e, ctx)
				counts[i]++
			}
		})
	}
	all.Wait()
	for _, n := range counts {
		requests += n
	}
	return requests, errors.Join(errs...)
}

// loadAverage returns the machine's, over 1, 5 and 15 minutes.
func loadAverage() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(b))[:3], " ")
}
