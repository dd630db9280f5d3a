// Command report runs the benchmarks in rounds, so that other load on the machine hits all of them alike, and prints the
// medians and how they stand against the budgets, in Markdown.
//
//	go run ./bench/report                       # from the project's root; about 8 minutes
//	go run ./bench/report -bench Router -rounds 5
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/gangplank-web/gangplank/bench/internal/module"
)

func main() {
	bench := flag.String("bench", ".", "which benchmarks, as for go test")
	rounds := flag.Int("rounds", 15, "how often each is run")
	duration := flag.Duration("d", 100*time.Millisecond, "how long each runs in a round")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	r, err := run(ctx, *bench, *rounds, *duration)
	if err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
	r.printBudgets(os.Stdout)
	r.printAll(os.Stdout)
}

// run builds the benchmarks once and runs them.
func run(ctx context.Context, bench string, rounds int, duration time.Duration) (results, error) {
	source, err := module.Dir(ctx)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "gangplank-report-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	exe := filepath.Join(dir, "bench.test")
	if err := command(ctx, source, "go", "test", "-c", "-o", exe, ".").Run(); err != nil {
		return nil, err
	}
	r := make(results)
	for n := range rounds {
		fmt.Fprintf(os.Stderr, "round %d of %d\n", n+1, rounds)
		cmd := command(ctx, source, exe, "-test.run=^$", "-test.bench="+bench, "-test.benchtime="+duration.String())
		cmd.Stdout = nil
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("%w\n%s", err, out)
		}
		r.add(string(out))
	}
	return r, nil
}

// command prepares one that runs in a folder.
func command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	return cmd
}
