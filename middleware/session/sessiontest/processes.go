package sessiontest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Variables by which a test binary is told what it was started for.
const (
	envTest  = "GANGPLANK_SESSIONTEST"
	envRole  = "GANGPLANK_SESSIONTEST_ROLE"
	envPlace = "GANGPLANK_SESSIONTEST_PLACE"
)

// RunProcesses tests a store that processes share. prepare, called once for
// each test, names a place where one can be that has nothing stored yet: a
// folder, the address of a database. open opens it, in this process and in
// others: those are the test binary, started again with the test alone that
// calls RunProcesses.
func RunProcesses(t *testing.T, prepare func(t *testing.T) (place string), open func(t *testing.T, place string) Store) {
	if os.Getenv(envTest) == t.Name() {
		child(t, open(t, os.Getenv(envPlace)))
		return
	}
	name := t.Name()
	t.Run("count", func(t *testing.T) {
		place := prepare(t)
		countTogether(t, name, place)
		checkCount(store{t, open(t, place)})
	})
	t.Run("killed", func(t *testing.T) {
		place := prepare(t)
		for range killRounds {
			saved := killWriter(t, name, place)
			checkSaved(t, store{t, open(t, place)}, saved)
		}
	})
}

// child does in a process of its own what its role says.
func child(t *testing.T, s Store) {
	// Nobody reads what a child says whose parent is gone.
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	roles := map[string]func(context.Context, Store) error{"count": countAlong, "write": writeUntilKilled}
	if err := roles[os.Getenv(envRole)](t.Context(), s); err != nil {
		t.Fatal(err)
	}
}

// process is a child and what it says.
type process struct {
	cmd   *exec.Cmd
	lines *bufio.Scanner
	err   strings.Builder
}

// start starts the test of this name, of this binary, as role.
func start(t *testing.T, name, role, place string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.Command(self, "-test.run="+onlyTest(name), "-test.timeout="+childTimeout.String())}
	p.cmd.Env = append(os.Environ(), envTest+"="+name, envRole+"="+role, envPlace+"="+place)
	p.cmd.Stderr = &p.err
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.lines = bufio.NewScanner(stdout)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close() })
	return p
}

// childTimeout ends a child that hangs.
const childTimeout = 2 * time.Minute

// onlyTest returns the pattern that matches this test alone.
func onlyTest(name string) string {
	elements := strings.Split(name, "/")
	for i, e := range elements {
		elements[i] = "^" + regexp.QuoteMeta(e) + "$"
	}
	return strings.Join(elements, "/")
}

// Several processes count in one session.
const countProcesses, countEach = 3, 60

func countAlong(ctx context.Context, s Store) error { return count(ctx, s, "key", countEach) }

func countTogether(t *testing.T, name, place string) {
	var running []*process
	for range countProcesses {
		running = append(running, start(t, name, "count", place))
	}
	for _, p := range running {
		var said []string
		for p.lines.Scan() {
			said = append(said, p.lines.Text())
		}
		if err := p.cmd.Wait(); err != nil {
			t.Errorf("a process that counts: %v\n%s\n%s", err, strings.Join(said, "\n"), p.err.String())
		}
	}
}

func checkCount(s store) {
	data, _ := s.load("key")
	if n, err := number(data); n != countProcesses*countEach || err != nil {
		s.Errorf("the counter after %d increments by %d processes: got %d, %v", countProcesses*countEach, countProcesses, n, err)
	}
}

// said is what a writer says when a value is stored.
func said(key string, n uint64) string {
	return "saved " + key + " " + strconv.FormatUint(n, 10) + "\n"
}

func parseSaid(line string) (key string, n uint64, ok bool) {
	words := strings.Fields(line)
	if len(words) != 3 || words[0] != "saved" {
		return "", 0, false
	}
	n, err := strconv.ParseUint(words[2], 10, 64)
	return words[1], n, err == nil
}

// notSaid describes the end of a child that should not have ended.
func (p *process) notSaid() error {
	return fmt.Errorf("the writer ended by itself: %v\n%s", p.cmd.Wait(), p.err.String())
}
