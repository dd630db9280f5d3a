package protocoltest

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Main is TestMain for a package whose goroutines have such a function on their
// stacks, "adapters/ajp.(" say. It fails when a test has left one behind.
func Main(m *testing.M, function string) {
	code := m.Run()
	if left := leaked(function); code == 0 && left != "" {
		fmt.Println("goroutines left behind:\n" + left)
		code = 1
	}
	os.Exit(code)
}

// leaked waits until no goroutine runs such a function, and returns those that
// still do when Patience ends. Nothing announces the end of a goroutine.
func leaked(function string) (left string) {
	for end := time.Now().Add(Patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		buf := make([]byte, 1<<20)
		buf = buf[:runtime.Stack(buf, true)]
		left = ""
		for i, g := range strings.Split(string(buf), "\n\n") {
			if i > 0 && strings.Contains(g, function) {
				left += g + "\n\n"
			}
		}
		if left == "" {
			break
		}
	}
	return left
}
