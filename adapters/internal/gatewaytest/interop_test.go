//go:build linux

package gatewaytest_test

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/adaptertest"
	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

// interop is the document that says what works behind what.
const interop = "../../INTEROP.md"

var update = flag.Bool("update", false, "write "+interop+" from what the other tests have found")

// conformance is what TestConformance has found: by gateway and case, the reason
// why the case was left out, or "" if it passed.
type conformance struct {
	mu     sync.Mutex
	cells  map[[2]string]string
	failed bool
}

var conformed = conformance{cells: map[[2]string]string{}}

func (c *conformance) note(gateway, name string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var excused *adaptertest.ExcusedError
	switch {
	case errors.As(err, &excused):
		c.cells[[2]string{gateway, name}] = excused.Reason
	case err != nil:
		c.failed = true
	default:
		c.cells[[2]string{gateway, name}] = ""
	}
}

// TestInterop comes after the others, in the order of the files. With -update it
// writes the document; in any case it checks that no gateway, and no exclusion,
// is missing there:
//
//	go test ./adapters/internal/gatewaytest -run 'TestConformance|TestGateways|TestInterop' -update
func TestInterop(t *testing.T) {
	if *update {
		d, err := newDocument()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(interop, []byte(d.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(interop)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	var listed, known []string
	for line := range strings.Lines(text[:max(strings.Index(text, "\n## "), 0)]) {
		if name, ok := strings.CutPrefix(line, "| `"); ok {
			name, _, _ = strings.Cut(name, "`")
			listed = append(listed, name)
		}
	}
	for _, g := range servertest.Gateways() {
		known = append(known, g.Name)
	}
	if !slices.Equal(listed, known) {
		t.Errorf("the document has %q,\nthere are %q: run make interop", listed, known)
	}
	for _, c := range cases {
		for _, e := range c.except {
			if !strings.Contains(text, e.reason) {
				t.Errorf("%s does not run on %s, which the document does not explain", c.name, e.only)
			}
		}
	}
	for _, d := range deviations {
		for name, reason := range d.except {
			if !strings.Contains(text, reason) {
				t.Errorf("%s does not run on %s, which the document does not explain", name, d.gateways)
			}
		}
	}
}

// beside has a test run beside the others; but what TestInterop writes has to be found
// by then, and it waits only for those that run one after another.
func beside(t *testing.T) {
	if !*update {
		t.Parallel()
	}
}

// document is built from a complete run.
type document struct{ strings.Builder }

func newDocument() (*document, error) {
	d := new(document)
	d.WriteString(`# What works behind what

Written by the tests that run real servers (` + "`make interop`" + `); do not edit. Each row is a gateway of a web server, with our
server for its protocol behind it. "Probe" counts the cases of a program as a user would write it, below a prefix and at the
root; "conformance" those of package adaptertest, in which net/http alone passes all. What is left out is named below, with
the reason: none of it is a fault that we know how to repair.

`)
	for _, server := range servers {
		version, err := server.version()
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(d, "- %s\n", version)
	}
	d.WriteString("\n| gateway | server | protocol | mounted at | probe | conformance |\n|---|---|---|---|---|---|\n")
	for _, g := range servertest.Gateways() {
		if err := d.row(g); err != nil {
			return nil, err
		}
	}
	d.exclusions()
	d.differences()
	return d, nil
}

// webServer is one of the three.
type webServer struct{ name, program string }

var servers = []webServer{{"Apache", "/usr/sbin/apache2"}, {"lighttpd", "/usr/sbin/lighttpd"}, {"nginx", "/usr/sbin/nginx"}}

func (s webServer) version() (string, error) {
	out, err := exec.Command(s.program, "-v").CombinedOutput()
	line, _, _ := strings.Cut(string(out), "\n")
	_, version, ok := strings.Cut(line, ": ")
	if !ok {
		version, _, _ = strings.Cut(line, " - ")
	}
	return version, err
}

// row counts what passed, and fails if something did not, or was not asked.
func (d *document) row(g servertest.Gateway) error {
	passed, asked := 0, 0
	for _, mount := range mountsOf(g) {
		for _, c := range cases {
			if mount != mountsOf(g)[0] && !strings.Contains(c.mounts, "/ ") {
				continue
			}
			asked++
			switch probed.cells[[2]string{c.name, g.Name + mount}] {
			case "ok":
				passed++
			case "-":
			default:
				return fmt.Errorf("%s%s: %s has not passed", g.Name, mount, c.name)
			}
		}
	}
	conforming := 0
	for _, c := range adaptertest.Cases() {
		reason, ok := conformed.cells[[2]string{g.Name, c.Name}]
		if !ok || conformed.failed {
			return fmt.Errorf("%s: %s has not passed", g.Name, c.Name)
		}
		if reason == "" {
			conforming++
		}
	}
	server := servers[slices.IndexFunc(servers, func(s webServer) bool { return strings.HasPrefix(g.Name, strings.ToLower(s.name)) })]
	fmt.Fprintf(d, "| `%s` | %s | %s | %s | %d of %d | %d of %d |\n", g.Name, server.name, interfaces[g.Backend],
		strings.Join(mountsOf(g), ", "), passed, asked, conforming, len(adaptertest.Cases()))
	return nil
}

// exclusions lists what does not run, by reason.
func (d *document) exclusions() {
	d.WriteString("\n## Cases of the probe that are left out\n\n| case | gateways | why |\n|---|---|---|\n")
	for _, c := range cases {
		for _, e := range c.except {
			fmt.Fprintf(d, "| %s | %s | %s |\n", c.name, strings.Join(matching(e.only), ", "), e.reason)
		}
	}
	byReason := map[string]map[string][]string{} // reason, case, gateways
	for key, reason := range conformed.cells {
		if reason == "" {
			continue
		}
		if byReason[reason] == nil {
			byReason[reason] = map[string][]string{}
		}
		byReason[reason][key[1]] = append(byReason[reason][key[1]], key[0])
	}
	d.WriteString("\n## Cases of the conformance table that are left out\n\n| why | cases | gateways |\n|---|---|---|\n")
	for _, reason := range slices.Sorted(maps.Keys(byReason)) {
		var gateways []string
		for _, list := range byReason[reason] {
			gateways = append(gateways, list...)
		}
		slices.Sort(gateways)
		fmt.Fprintf(d, "| %s | %s | %s |\n", reason, strings.Join(slices.Sorted(maps.Keys(byReason[reason])), ", "),
			strings.Join(slices.Compact(gateways), ", "))
	}
}

// differences lists what excuses a gateway from a part of what a case expects.
func (d *document) differences() {
	d.WriteString("\n## Known differences\n\nEach excuses from what it makes impossible, and from nothing else.\n\n| difference | gateways |\n|---|---|\n")
	gateways := map[adaptertest.Difference][]string{}
	for _, row := range deviations {
		for _, difference := range row.differences {
			gateways[difference] = append(gateways[difference], matching(row.gateways)...)
		}
	}
	for _, difference := range slices.Sorted(maps.Keys(gateways)) {
		list := gateways[difference]
		slices.Sort(list)
		fmt.Fprintf(d, "| %s | %s |\n", difference, strings.Join(slices.Compact(list), ", "))
	}
}

// matching lists the gateways whose names match.
func matching(pattern string) (names []string) {
	for _, g := range servertest.Gateways() {
		if ok, _ := path.Match(pattern, g.Name); ok {
			names = append(names, g.Name)
		}
	}
	return names
}
