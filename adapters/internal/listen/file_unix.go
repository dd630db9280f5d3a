//go:build unix

package listen

import (
	"net"
	"os"
	"os/user"
	"path/filepath"
	"sync"
	"syscall"
)

const filePermissions = true

// backlog is the largest that fits the int16 of some systems; each cuts it to its own limit.
const backlog = 1<<15 - 1

// bindFile listens on a socket file.
//
// bind(2) creates the file with the permissions of the umask, so the usual bind, listen, chmod lets anybody connect for a
// moment; and the umask belongs to the whole process, other goroutines create files meanwhile. Here the file gets its owner
// and mode before listen(2): until then the kernel refuses connections, whatever the permissions. (To bind under another name
// and rename is the other way; but then accepted connections have that name as their LocalAddr.)
func bindFile(path string, f socketFile) (net.Listener, error) {
	unlock, err := lock(filepath.Dir(path)) // one bound and not yet listening looks like one whose owner is gone
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := vacate(path); err != nil {
		return nil, err
	}
	socket, err := newSocket()
	if err != nil {
		return nil, err
	}
	defer socket.Close()
	fd := int(socket.Fd())
	if err := syscall.Bind(fd, &syscall.SockaddrUnix{Name: path}); err != nil {
		return nil, &os.PathError{Op: "bind", Path: path, Err: err}
	}
	l, err := open(socket, path, f)
	if err != nil {
		os.Remove(path)
		return nil, err
	}
	return l, nil
}

func newSocket() (*os.File, error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	syscall.CloseOnExec(fd)
	return os.NewFile(uintptr(fd), "socket"), nil
}

// open gives a bound socket its permissions, and only then lets connections in.
func open(socket *os.File, path string, f socketFile) (net.Listener, error) {
	if f.uid >= 0 || f.gid >= 0 {
		if err := os.Lchown(path, f.uid, f.gid); err != nil {
			return nil, err
		}
	}
	if err := os.Chmod(path, f.mode); err != nil {
		return nil, err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if err := syscall.Listen(int(socket.Fd()), backlog); err != nil {
		return nil, &os.PathError{Op: "listen", Path: path, Err: err}
	}
	l, err := net.FileListener(socket)
	if err != nil {
		return nil, err
	}
	return &fileListener{UnixListener: l.(*net.UnixListener), path: path, info: info}, nil
}

// fileListener removes its file when it is closed, unless the path has become somebody else's.
type fileListener struct {
	*net.UnixListener
	path   string
	info   os.FileInfo
	remove sync.Once
}

func (l *fileListener) Close() error {
	// Once, and while the socket is open: only as long is the inode number certain not to be another file's.
	l.remove.Do(func() {
		if info, err := os.Lstat(l.path); err == nil && os.SameFile(info, l.info) {
			os.Remove(l.path)
		}
	})
	return l.UnixListener.Close()
}

// Package user asks the C library where cgo is on, so that names from LDAP are found too.

func lookupUser(name string) (string, error) {
	u, err := user.Lookup(name)
	if err != nil {
		return "", err
	}
	return u.Uid, nil
}

func lookupGroup(name string) (string, error) {
	g, err := user.LookupGroup(name)
	if err != nil {
		return "", err
	}
	return g.Gid, nil
}
