package main

import (
	"strings"
	"testing"
)

const firstRound = `goos: linux
BenchmarkServerKept/server=fastcgi-gangplank-2   	   10	  90 ns/op	  2.000 reads/op	  1.000 writes/op	  2900 B/op	  11 allocs/op
BenchmarkServerKept/server=http-net-http-2   	   10	  100 ns/op	  2.000 reads/op	  1.000 writes/op	  1700 B/op	  18 allocs/op
BenchmarkMiddlewareLog-2   	   10	  700.5 ns/op	  80 B/op	  1 allocs/op
PASS
`

func TestReport(t *testing.T) {
	r := make(results)
	r.add(firstRound)
	r.add(strings.ReplaceAll(firstRound, " 90 ns", " 94 ns"))
	r.add(strings.ReplaceAll(strings.ReplaceAll(firstRound, " 90 ns", " 500 ns"), " 100 ns", " 1000 ns")) // the machine was busy
	var b strings.Builder
	r.printBudgets(&b)
	r.printAll(&b)
	got := strings.Join(strings.Fields(b.String()), " ")
	for _, want := range []string{
		"| FastCGI small GET: time, x net/http | 0.9 | 0.5 to 0.94 | 1 | 0.8 | accepted |",
		"| FastCGI small GET: allocations | 11 | 11 to 11 | 14 | 10 | accepted |",
		"| FastCGI small GET: reads | 2 | 2 to 2 | 1 | 1 | MISSED |",
		"| FastCGI small GET: writes | 1 | 1 to 1 | 1 | 1 | goal |",
		"### ServerKept | | ns/op | reads/op | writes/op | B/op | allocs/op |",
		"| fastcgi-gangplank | 94 | 2 | 1 | 2900 | 11 |",
		"### Alone | | ns/op | B/op | allocs/op |",
		"| MiddlewareLog | 700 | 80 | 1 |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the report lacks %q:\n%s", want, b.String())
		}
	}
	if strings.Contains(got, "CGI hello") {
		t.Errorf("the report has a verdict on what was not measured:\n%s", b.String())
	}
}
