//go:build !unix

package cgi

import "os"

var terminating = []os.Signal{os.Interrupt}
