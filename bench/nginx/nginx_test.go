package main

import (
	"context"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/bench/internal/backend"
	"github.com/gangplank-web/gangplank/bench/internal/front"
)

func TestMain(m *testing.M) {
	backend.ServeIfChild()
	os.Exit(m.Run())
}

func TestRun(t *testing.T) {
	for _, find := range []func() (string, error){front.Nginx.Find, func() (string, error) { return exec.LookPath("wrk") }} {
		if _, err := find(); err != nil && os.Getenv("CI") == "true" {
			t.Fatal(err)
		} else if err != nil {
			t.Skip(err)
		}
	}
	var out strings.Builder
	if err := run(context.Background(), &out, 1, load{time.Second, 4}, regexp.MustCompile("fastcgi-floor")); err != nil {
		t.Fatal(err)
	}
	for _, row := range []string{"| fastcgi-floor-kept ", "| fastcgi-floor-once "} {
		if !strings.Contains(out.String(), row) {
			t.Errorf("no row %q in\n%s", row, &out)
		}
	}
}

func TestTable(t *testing.T) {
	rows := []*row{
		{target{Name: proxied, Keep: true}, []sample{{cpu: 20, perSec: 100}, {cpu: 40, perSec: 50}, {cpu: 22, perSec: 90}}},
		{target{Name: floorKept, FastCGI: true, Keep: true}, []sample{{cpu: 10, perSec: 200}, {cpu: 20, perSec: 100}, {cpu: 9, perSec: 210}}},
	}
	var out strings.Builder
	printTable(&out, rows, load{time.Second, 1})
	got := strings.Join(strings.Fields(out.String()), " ")
	for _, want := range []string{
		"| fastcgi-floor-kept | 10.0 | 9.0 to 20.0 | 200 | 0.50 | 1.00 |",
		"| http-net-http-kept | 22.0 | 20.0 to 40.0 | 90 | 1.00 | 2.00 |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no row %q in\n%s", want, &out)
		}
	}
}
