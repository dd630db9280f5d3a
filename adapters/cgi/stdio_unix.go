//go:build unix

package cgi

import (
	"os"
	"syscall"
)

// interruptible returns f in a form that knows deadlines, if it is a pipe or a socket, as it is under a web server: the runtime polls a
// file only if it was not blocking when the os.File was made, and the standard files were.
//
// Both standard input and output get the treatment, because under Apache's mod_cgid they are one socket, of which the two descriptors share the flag.
func interruptible(f *os.File) *os.File {
	info, err := f.Stat()
	if err != nil || info.Mode()&(os.ModeNamedPipe|os.ModeSocket) == 0 {
		return f
	}
	if syscall.SetNonblock(int(f.Fd()), true) != nil {
		return f
	}
	file := os.NewFile(f.Fd(), f.Name())
	kept = append(kept, file)
	return file
}

// kept keeps the files from the garbage collector, which would close the descriptors under os.Stdin and os.Stdout.
var kept []*os.File
