package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/gangplank-web/gangplank"
)

const maxWait = 3_600_000 // ms

// clock counts the requests that take their time, so that a test can see from
// outside what becomes of them.
type clock struct {
	started, finished, cancelled atomic.Int64 // of /sleep/{ms}
	streaming                    atomic.Int64 // that run, of /stream and /sse
}

// stream answers with a line every now and then.
func (c *clock) stream(w http.ResponseWriter, r *http.Request) error {
	beat, err := rhythm(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=us-ascii")
	return c.play(w, r, beat, "tick %d\n")
}

// events is stream for an EventSource, which wants the head at once.
func (c *clock) events(w http.ResponseWriter, r *http.Request) error {
	beat, err := rhythm(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	if err := http.NewResponseController(w).Flush(); err != nil {
		return err
	}
	return c.play(w, r, beat, "data: %d\n\n")
}

type beat struct{ n, ms int64 }

func rhythm(r *http.Request) (beat, error) {
	n, err := queryNumber(r, "n", 5, 1<<40)
	if err != nil {
		return beat{}, err
	}
	ms, err := queryNumber(r, "ms", 100, maxWait)
	return beat{n, ms}, err
}

// play writes n lines, each flushed, ms apart.
func (c *clock) play(w http.ResponseWriter, r *http.Request, b beat, format string) error {
	c.streaming.Add(1)
	defer c.streaming.Add(-1)
	rc := http.NewResponseController(w)
	for i := range b.n {
		if i > 0 && !wait(r.Context(), b.ms) {
			return r.Context().Err()
		}
		if _, err := fmt.Fprintf(w, format, i); err != nil {
			return err
		}
		if err := rc.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// wait waits, and reports whether it was not cut short.
func wait(ctx context.Context, ms int64) bool {
	timer := time.NewTimer(time.Duration(ms) * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (c *clock) sleep(w http.ResponseWriter, r *http.Request) error {
	ms, err := number(r, "ms", 0, maxWait)
	if err != nil {
		return err
	}
	c.started.Add(1)
	if !wait(r.Context(), ms) {
		c.cancelled.Add(1)
		gangplank.From(r).Logger().Info("sleep was cancelled", "cause", context.Cause(r.Context()))
		return r.Context().Err()
	}
	c.finished.Add(1)
	_, err = io.WriteString(w, "slept\n")
	return err
}

func (c *clock) report(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, map[string]int64{
		"started":   c.started.Load(),
		"finished":  c.finished.Load(),
		"cancelled": c.cancelled.Load(),
		"streaming": c.streaming.Load(),
	})
}
