//go:build !unix

package listen

// IsListening tells whether a descriptor is a listening socket; here no descriptors are inherited that way.
func IsListening(fd int) bool { return false }

// IsConnected tells whether a descriptor is a connected socket.
func IsConnected(fd int) bool { return false }

func closeOnExec(fd int) {}
