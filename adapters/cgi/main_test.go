package cgi_test

import (
	"fmt"
	"os"
	"testing"
)

// The test binary is the CGI program too: it is one when programVariable names which.
const programVariable = "GANGPLANK_TEST_PROGRAM"

// quickExit keeps a race detector's build from waiting for a second at its end.
const quickExit = "GORACE=atexit_sleep_ms=0"

func TestMain(m *testing.M) {
	if name := os.Getenv(programVariable); name != "" {
		if err := programs[name](); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}
