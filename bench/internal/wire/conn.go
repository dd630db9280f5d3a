package wire

import (
	"io"
	"syscall"
)

// A Socket is a unix stream socket without the runtime's poller and without an allocation per connection: net.Dial
// makes about 20, which would drown the server's in a benchmark that connects for each request. It also lets one
// process hold ten thousand idle client ends cheaply.
type Socket struct {
	fd   int
	addr syscall.SockaddrUnix
}

// NewSocket returns an unconnected socket for the server listening at path.
func NewSocket(path string) *Socket {
	return &Socket{fd: -1, addr: syscall.SockaddrUnix{Name: path}}
}

// Connect opens a new connection; the one before must have been closed.
func (s *Socket) Connect() error {
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	syscall.CloseOnExec(fd)
	if err := syscall.Connect(fd, &s.addr); err != nil {
		syscall.Close(fd)
		return err
	}
	s.fd = fd
	return nil
}

func (s *Socket) Read(p []byte) (int, error) {
	for {
		n, err := syscall.Read(s.fd, p)
		switch {
		case err == syscall.EINTR:
		case err != nil:
			return 0, err
		case n == 0:
			return 0, io.EOF
		default:
			return n, nil
		}
	}
}

// Write writes all of p: a blocking socket takes everything or fails.
func (s *Socket) Write(p []byte) (int, error) {
	done := 0
	for done < len(p) {
		n, err := syscall.Write(s.fd, p[done:])
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return done, err
		}
		done += n
	}
	return done, nil
}

// Close closes the connection; the Socket can Connect again.
func (s *Socket) Close() error {
	err := syscall.Close(s.fd)
	s.fd = -1
	return err
}
