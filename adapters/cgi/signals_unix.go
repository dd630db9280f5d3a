//go:build unix

package cgi

import (
	"os"
	"syscall"
)

// watched are the signals that Serve takes. SIGPIPE is among them because a write to a closed standard output ends a Go program otherwise.
var watched = []os.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGPIPE}

func terminates(s os.Signal) bool { return s != syscall.SIGPIPE }
