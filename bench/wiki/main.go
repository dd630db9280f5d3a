// Command wiki measures what examples/wiki costs behind each gateway: it starts a real nginx, Apache or lighttpd with a generated
// configuration, the wiki behind it with an empty SQLite database, looks at its front page and saves pages, and prints requests per
// second and the wiki's processor time per request.
//
//	go run ./bench/wiki                      # from the project's root; Debian: apt-get install nginx apache2 lighttpd
//	go run ./bench/wiki -rounds 9 -gateways 'cgi|fastcgi'
//
// Rounds go over all gateways before the next begins, and medians are printed, so that other load on the machine hits all of them alike.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"time"
)

// A load is what is done at each gateway.
type load struct {
	duration time.Duration // of the views and of the saves, each
	editors  int           // how many are at it at the same time
	saves    int           // how many each makes at most
}

// The wiki lets one address make 10 accounts in an hour, and an editor save 60 times in a minute.
const (
	maxEditors = 10
	maxSaves   = 55
)

func main() {
	rounds := flag.Int("rounds", 5, "how often each gateway is measured")
	duration := flag.Duration("d", 3*time.Second, "how long pages are looked at, and for how long at most they are saved")
	editors := flag.Int("c", 8, "number of editors, each with a connection and a page of his own, up to 10")
	only := flag.String("gateways", ".", "measure only gateways whose name matches this regular expression")
	flag.Parse()
	pattern, err := regexp.Compile(*only)
	if err != nil || *editors < 1 || *editors > maxEditors {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, *rounds, load{*duration, *editors, maxSaves}, pattern); err != nil {
		fmt.Fprintln(os.Stderr, "wiki:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, rounds int, l load, only *regexp.Regexp) error {
	dir, err := publicDir("")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program, err := build(ctx, dir)
	if err != nil {
		return err
	}
	var rows []*row
	for _, g := range gateways {
		if only.MatchString(g.name()) {
			rows = append(rows, &row{gateway: g})
		}
	}
	before := loadAverage()
	for n := range rounds {
		for _, r := range rows {
			fmt.Fprintf(os.Stderr, "round %d of %d: %s\n", n+1, rounds, r.gateway.name())
			s, err := measure(ctx, r.gateway, program, l)
			if err != nil {
				return fmt.Errorf("%s: %w", r.gateway.name(), err)
			}
			r.samples = append(r.samples, s)
		}
	}
	fmt.Fprintf(w, "%d rounds, %v of views and up to %v of saves by %d editors; load average %s before, %s after.\n\n",
		rounds, l.duration, l.duration, l.editors, before, loadAverage())
	printTable(w, rows)
	return nil
}
