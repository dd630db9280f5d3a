package bench_test

import (
	"os"
	"os/exec"
	"testing"

	"github.com/gangplank-web/gangplank/bench/internal/backend"
)

func TestMain(m *testing.M) {
	backend.ServeIfChild()
	os.Exit(m.Run())
}

// TestBenchmarksRun runs every benchmark once, so that a plain go test notices one that has broken.
// It starts this test binary again, because only the testing package knows the list of its benchmarks.
func TestBenchmarksRun(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-test.run=^$", "-test.bench=.", "-test.benchtime=1x", "-test.short")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("benchmarks: %v\n%s", err, out)
	}
}
