package cgi_test

import (
	"fmt"
	"os"
	"testing"
)

// The test binary is the CGI program too: it is one when programVariable names which.
const programVariable = "GANGPLANK_TEST_PROGRAM"

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
