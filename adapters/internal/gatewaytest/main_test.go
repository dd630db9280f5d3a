//go:build linux

package gatewaytest_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// probe is the path of the built example, or empty where the examples' module
// is not beside this one (a copy from the module cache has no nested modules).
var probe string

func TestMain(m *testing.M) {
	authorizing()
	redirecting()
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
