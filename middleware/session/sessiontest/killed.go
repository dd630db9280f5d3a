package sessiontest

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"
)

const (
	killRounds  = 3
	killAfter   = 1000 // values that a writer has stored, at least, when it is killed
	killWriters = 4    // its goroutines, each with a session of its own
)

// writeUntilKilled stores values as fast as it can and says of each that it is
// stored, once it is.
func writeUntilKilled(ctx context.Context, s Store) error {
	errs := make(chan error)
	for i := range killWriters {
		go func() { errs <- write(ctx, s, "writer-"+strconv.Itoa(i)) }()
	}
	return <-errs
}

// write goes on where the writer before, which was killed, has stopped.
func write(ctx context.Context, s Store, key string) error {
	data, version, err := s.Load(ctx, key)
	if err != nil {
		return err
	}
	var n uint64
	if version != 0 {
		if n, err = number(data); err != nil {
			return err
		}
	}
	for {
		n++
		version, err = s.Save(ctx, key, value(n), version, later())
		if err != nil {
			return err
		}
		if version == 0 {
			return fmt.Errorf("%s: number %d is a conflict, and nobody else writes there", key, n)
		}
		os.Stdout.WriteString(said(key, n))
	}
}

// killWriter lets a process write and kills it in the middle. It returns the
// last number that the process said it had stored under each key.
func killWriter(t *testing.T, name, place string) map[string]uint64 {
	p := start(t, name, "write", place)
	saved := make(map[string]uint64)
	begin := time.Now()
	var lines int
	var killed bool
	for p.lines.Scan() {
		key, n, ok := parseSaid(p.lines.Text())
		if !ok {
			continue
		}
		saved[key] = n
		lines++
		// One of them may still be connecting to its database.
		if !killed && lines >= killAfter && len(saved) == killWriters {
			t.Logf("killed at %.0f writes/s", float64(lines)/time.Since(begin).Seconds())
			p.cmd.Process.Kill()
			killed = true
		}
	}
	if !killed {
		t.Fatal(p.notSaid())
	}
	p.cmd.Wait() // killed
	return saved
}

// checkSaved checks that all is there that was said to be stored, whole, and
// that no lock of the dead keeps anybody out.
func checkSaved(t *testing.T, s store, saved map[string]uint64) {
	for key, n := range saved {
		if err := s.atLeast(key, n); err != nil {
			t.Error(err)
			continue
		}
		data, version := s.load(key)
		s.save(key, string(data), version, later())
	}
}
