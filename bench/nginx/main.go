// Command nginx measures what a request costs a backend behind a real nginx: it starts nginx with a generated
// configuration in a temporary folder, then each backend in turn as a child process, drives wrk over it, and prints the
// backend's processor time per request, the requests per second, and ratios.
//
//	go run ./bench/nginx                      # from the project's root; Debian: apt-get install nginx wrk
//	go run ./bench/nginx -rounds 9 -d 5s -backends fastcgi.*kept
//
// Rounds go over all backends before the next begins, and medians are printed, so that other load on the machine hits all of
// them alike. With gcc and libfcgi-dev there is a row for libfcgi in C.
package main

import (
	"context"
	_ "embed"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"text/template"
	"time"

	"github.com/gangplank-web/gangplank/bench/internal/backend"
	"github.com/gangplank-web/gangplank/bench/internal/front"
)

//go:embed nginx.conf.tmpl
var configText string

var config = template.Must(template.New("nginx.conf").Parse(configText))

func main() {
	backend.ServeIfChild()
	rounds := flag.Int("rounds", 5, "how often each backend is measured")
	duration := flag.Duration("d", 3*time.Second, "how long each measurement takes")
	conns := flag.Int("c", 16, "number of wrk's connections")
	only := flag.String("backends", ".", "measure only backends whose name matches this regular expression")
	flag.Parse()
	pattern, err := regexp.Compile(*only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "nginx:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, *rounds, load{*duration, *conns}, pattern); err != nil {
		fmt.Fprintln(os.Stderr, "nginx:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, rounds int, l load, only *regexp.Regexp) error {
	dir, err := os.MkdirTemp("", "gangplank-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	targets, err := allTargets(ctx, dir)
	if err != nil {
		return err
	}
	server, err := front.Nginx.Start(ctx, dir, config, targets)
	if err != nil {
		return err
	}
	defer server.Stop()
	var rows []*row
	for _, t := range targets {
		if only.MatchString(t.Name) {
			rows = append(rows, &row{target: t})
		}
	}
	for n := range rounds {
		for _, r := range rows {
			fmt.Fprintf(os.Stderr, "round %d of %d: %s\n", n+1, rounds, r.target.Name)
			s, err := measure(ctx, r.target, "http://"+server.Addr+"/"+r.target.Name, l)
			if err != nil {
				return fmt.Errorf("%s: %w", r.target.Name, err)
			}
			r.samples = append(r.samples, s)
		}
	}
	printTable(w, rows, l)
	return nil
}
