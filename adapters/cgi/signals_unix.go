//go:build unix

package cgi

import (
	"os"
	"syscall"
)

// terminating are the signals by which web servers stop a program.
var terminating = []os.Signal{syscall.SIGTERM, syscall.SIGINT}
