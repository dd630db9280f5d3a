package adapters_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Everything that this package links is loaded for each CGI request: these cost too much for what they would give.
func TestNotLinked(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := strings.Fields(string(out))
	if !slices.Contains(linked, "net/http") {
		t.Fatalf("this is no list of packages: %s", out)
	}
	for _, pkg := range []string{"encoding/gob", "html/template", "text/template", "os/exec", "expvar", "net/http/cgi", "net/http/fcgi", "testing"} {
		if slices.Contains(linked, pkg) {
			t.Errorf("%s is linked into every program", pkg)
		}
	}
}
