package main

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestRun measures one gateway of each way in which processor time is read: from the wiki's own process, and from Apache's children.
func TestRun(t *testing.T) {
	pattern := regexp.MustCompile("^nginx-fastcgi$|^apache2-cgi$")
	for _, g := range gateways {
		if _, err := g.Server.Find(); err == nil || !pattern.MatchString(g.name()) {
			continue
		} else if os.Getenv("CI") == "true" {
			t.Fatal(err)
		} else {
			t.Skip(err)
		}
	}
	var out strings.Builder
	if err := run(context.Background(), &out, 1, load{duration: 200 * time.Millisecond, editors: 2, saves: 3}, pattern); err != nil {
		t.Fatal(err)
	}
	t.Log(out.String())
	for _, row := range []string{"| nginx-fastcgi ", "| apache2-cgi "} {
		if !strings.Contains(out.String(), row) {
			t.Errorf("no row %q in\n%s", row, &out)
		}
	}
	if cgi := regexp.MustCompile(`apache2-cgi .*\| 0\.00 +\|`); cgi.MatchString(out.String()) {
		t.Errorf("a process for each request that costs nothing:\n%s", &out)
	}
}

func TestTable(t *testing.T) {
	rows := []*row{{gateways[0], []sample{
		{view: cost{0.2, 100}, save: cost{2, 10}}, {view: cost{0.4, 50}, save: cost{4, 5}}, {view: cost{0.25, 90}, save: cost{1, 20}},
	}}}
	var out strings.Builder
	printTable(&out, rows)
	got := strings.Join(strings.Fields(out.String()), " ")
	if want := "| nginx-http | kept | 0.25 | 0.20 to 0.40 | 90 | 2.00 | 1.00 to 4.00 | 10 |"; !strings.Contains(got, want) {
		t.Errorf("no row %q in\n%s", want, &out)
	}
}
