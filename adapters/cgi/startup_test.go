package cgi_test

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Each request pays for the start of the program, so what a package does in its
// init is part of the price of a request.
const (
	initOfOne  = 0.05 // ms, each package of ours and of our dependencies
	initOfAll  = 0.2  // ms, all of them
	initTries  = 10   // the least of so many counts, since other programs run on the machine too
	helloInput = "./testdata/hello"
)

// build builds a program of testdata.
func build(t testing.TB, dir string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds a program")
	}
	file := filepath.Join(t.TempDir(), filepath.Base(dir))
	if out, err := exec.Command("go", "build", "-o", file, dir).CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return file
}

// hello starts a program that answers GET /.
func hello(t testing.TB, file string, more ...string) (stdout, stderr string) {
	t.Helper()
	c := exec.Command(file)
	c.Env = append([]string{
		"GATEWAY_INTERFACE=CGI/1.1", "SERVER_PROTOCOL=HTTP/1.1", "REQUEST_METHOD=GET", "REQUEST_URI=/app", "SCRIPT_NAME=/app",
		"REMOTE_ADDR=192.0.2.7", "HTTP_HOST=example.com",
	}, more...)
	var out, err bytes.Buffer
	c.Stdout, c.Stderr = &out, &err
	if e := c.Run(); e != nil {
		t.Fatalf("%v: %s", e, err.String())
	}
	return out.String(), err.String()
}

var initLine = regexp.MustCompile(`(?m)^init (\S+) @.* ms, ([0-9.]+) ms clock`)

func TestInit(t *testing.T) {
	t.Parallel()
	file := build(t, helloInput)
	least := map[string]float64{}
	for range initTries {
		stdout, stderr := hello(t, file, "GODEBUG=inittrace=1")
		if !strings.HasSuffix(stdout, "\r\n\r\nHello World!\n") {
			t.Fatalf("got %q", stdout)
		}
		for _, m := range initLine.FindAllStringSubmatch(stderr, -1) {
			ms, err := strconv.ParseFloat(m[2], 64)
			if err != nil {
				t.Fatal(err)
			}
			if old, ok := least[m[1]]; !ok || ms < old {
				least[m[1]] = ms
			}
		}
	}
	if _, ok := least["net/http"]; !ok {
		t.Fatalf("inittrace says nothing of net/http: %v", least)
	}
	sum := 0.0
	for pkg, ms := range least {
		domain, _, _ := strings.Cut(pkg, "/")
		if domain == "vendor" || !strings.Contains(domain, ".") {
			continue // the standard library
		}
		if sum += ms; ms > initOfOne {
			t.Errorf("%s: got %v ms, want at most %v", pkg, ms, initOfOne)
		}
	}
	if sum > initOfAll {
		t.Errorf("all packages beside the standard library: got %v ms, want at most %v", sum, initOfAll)
	}
}

// What must not be linked, and why.
var notLinked = map[string]string{
	"encoding/gob":  "its init registers types",
	"html/template": "its init compiles regular expressions and fills large maps",
	"os/exec":       "a program that answers a request runs no other",
	"testing":       "it registers flags",
	"net/http/cgi":  "we have our own",
	"expvar":        "it registers a handler",
}

func TestNotLinked(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "tool", "nm", build(t, helloInput)).Output()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(out, []byte(" net/http.")) {
		t.Fatal("go tool nm says nothing of net/http")
	}
	for pkg, reason := range notLinked {
		if bytes.Contains(out, []byte(" "+pkg+".")) {
			t.Errorf("%s is linked: %s", pkg, reason)
		}
	}
}

func TestNotImported(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if !slices.Contains(deps, "net/http") {
		t.Fatal("go list says nothing of net/http")
	}
	for pkg, reason := range notLinked {
		if slices.Contains(deps, pkg) {
			t.Errorf("%s is imported: %s", pkg, reason)
		}
	}
}

// BenchmarkHello compares the whole of a request, fork and exec included, with
// net/http/cgi's.
func BenchmarkHello(b *testing.B) {
	for _, program := range []string{"./testdata/peer", helloInput} {
		file := build(b, program)
		b.Run(filepath.Base(program), func(b *testing.B) {
			for b.Loop() {
				hello(b, file)
			}
		})
	}
}
