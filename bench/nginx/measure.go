package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"time"

	"github.com/gangplank-web/gangplank/bench/internal/backend"
	"github.com/gangplank-web/gangplank/bench/internal/cputime"
)

// A load is how wrk is run: with one thread, for nginx and the backend need the processors too.
type load struct {
	duration time.Duration
	conns    int
}

// A sample is the result of one measurement.
type sample struct {
	cpu    float64 // the backend's microseconds per request, in user and system mode
	perSec float64 // requests
}

// measure starts the target's backend, warms it up, and measures it.
func measure(ctx context.Context, t target, url string, l load) (s sample, err error) {
	p, err := t.start(t.Socket)
	if err != nil {
		return s, err
	}
	defer func() {
		if stopErr := p.Stop(); err == nil {
			err = stopErr
		}
		os.Remove(t.Socket)
	}()
	if err := check(url); err != nil {
		return s, err
	}
	if _, err := wrk(ctx, url, load{time.Second, l.conns}); err != nil {
		return s, err
	}
	before, err := cputime.Of(p.Pid())
	if err != nil {
		return s, err
	}
	requests, err := wrk(ctx, url, l)
	if err != nil {
		return s, err
	}
	after, err := cputime.Of(p.Pid())
	if err != nil {
		return s, err
	}
	s.cpu = float64((after - before).Nanoseconds()) / 1e3 / float64(requests)
	s.perSec = float64(requests) / l.duration.Seconds()
	return s, nil
}

// check makes sure that the backend's own answer comes through nginx.
func check(url string) error {
	resp, err := http.Get(url)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && (resp.StatusCode != http.StatusOK || string(body) != backend.Hello) {
		err = fmt.Errorf("the answer is %s, %.200q", resp.Status, body)
	}
	return err
}

var (
	wrkRequests = regexp.MustCompile(`(?m)^\s*(\d+) requests in `)
	wrkErrors   = regexp.MustCompile(`(?m)^\s*(Socket errors|Non-2xx).*$`)
)

// wrk runs it with a browser's header fields and returns the number of answered requests. One failed request is an error: refusing is cheap.
func wrk(ctx context.Context, url string, l load) (requests int, err error) {
	cmd := exec.CommandContext(ctx, "wrk", "-t1", "-c", strconv.Itoa(l.conns), "-d", fmt.Sprintf("%.0fs", l.duration.Seconds()),
		"-H", "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
		"-H", "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
		"-H", "Accept-Language: en-US,en;q=0.5",
		"-H", "Accept-Encoding: gzip, deflate, br",
		"-H", "Cookie: theme=dark; visits=12", url)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("wrk: %w %s", err, out)
	}
	if bad := wrkErrors.Find(out); bad != nil {
		return 0, fmt.Errorf("wrk: %s", bad)
	}
	m := wrkRequests.FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("wrk: no count in %q", out)
	}
	return strconv.Atoi(string(m[1]))
}
