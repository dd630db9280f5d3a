// Package module finds the source of the benchmarks, which they build programs from.
package module

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
)

// Dir returns the folder of this module, wherever below the project's root the program was started.
func Dir(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "github.com/gangplank-web/gangplank/bench").Output()
	if err != nil {
		return "", fmt.Errorf("go list: %w (is ./bench in go.work?)", err)
	}
	return strings.TrimSpace(string(out)), nil
}
