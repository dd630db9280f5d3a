//go:build linux

package gatewaytest_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// probe is the path of the built example, or empty where the examples' module
// is not beside this one (a copy from the module cache has no nested modules).
var probe string

func TestMain(m *testing.M) {
	authorizing()
	redirecting()
	breaking()
	conforming()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	// The servers' workers have to get at it, so testing.T.TempDir, which is
	// closed to others, would not do.
	dir, err := os.MkdirTemp("", "gangplank-probe-")
	if err == nil {
		defer os.RemoveAll(dir)
		err = os.Chmod(dir, 0o755)
	}
	if err == nil {
		err = build(filepath.Join(dir, "probe"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

const examples = "../../../examples"

func build(file string) error {
	if _, err := os.Stat(examples); err != nil {
		return nil
	}
	if err := compile("probe", file); err != nil {
		return err
	}
	probe = file
	return nil
}

// built are the builds of the other examples, by name.
var built sync.Map

// example returns another of the examples, which is built once.
func example(t *testing.T, name string) (program string) {
	t.Helper()
	if probe == "" {
		t.Skip("the examples' module is not here")
	}
	program = filepath.Join(filepath.Dir(probe), name)
	build, _ := built.LoadOrStore(name, sync.OnceValue(func() error { return compile(name, program) }))
	if err := build.(func() error)(); err != nil {
		t.Fatal(err)
	}
	return program
}

// compile builds one of the examples.
func compile(example, file string) error {
	cmd := exec.Command("go", "build", "-o", file, "./"+example)
	cmd.Dir = examples
	cmd.Env = append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}
