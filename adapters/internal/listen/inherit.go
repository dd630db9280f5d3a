package listen

import (
	"fmt"
	"net"
	"os"
)

// inherit returns the listener behind a descriptor that the process was started with.
func inherit(fd int) (net.Listener, error) {
	if !IsListening(fd) {
		return nil, fmt.Errorf("descriptor %d is not a listening socket", fd)
	}
	if fd == 0 {
		// Never closed: the next file opened would become everybody's standard input.
		return net.FileListener(os.Stdin)
	}
	closeOnExec(fd)
	file := os.NewFile(uintptr(fd), fmt.Sprintf("fd:%d", fd))
	defer file.Close() // FileListener made a copy
	return net.FileListener(file)
}

// checkInherited says before anything is bound what inherit and take would say.
func (a *Address) checkInherited() error {
	switch a.Network {
	case "fd":
		if fd, _ := a.descriptor(); !IsListening(fd) {
			return fmt.Errorf("descriptor %d is not a listening socket", fd)
		}
	case "systemd":
		return systemd.check(a.Target)
	}
	return nil
}
