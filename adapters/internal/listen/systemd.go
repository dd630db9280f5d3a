package listen

import (
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// firstFD is SD_LISTEN_FDS_START of sd_listen_fds(3).
const firstFD = 3

// maxFDs bounds LISTEN_FDS; a larger number is no number of sockets.
const maxFDs = 4096

// activation holds the sockets that systemd passed to this process and that nobody took yet.
type activation struct {
	mu      sync.Mutex
	read    bool
	sockets []activated
	err     error
}

type activated struct {
	fd   int
	name string
}

var systemd activation

// Activated returns the names of the sockets that systemd passed and that no address has taken yet. An error says why
// LISTEN_FDS does not count.
//
// The first call, or the first address with the network systemd, takes LISTEN_FDS, LISTEN_PID and LISTEN_FDNAMES out of the
// environment and marks the descriptors close-on-exec: a child must neither believe that they are its own, nor inherit them.
func Activated() (names []string, err error) {
	systemd.mu.Lock()
	defer systemd.mu.Unlock()
	systemd.readEnvironment()
	for _, s := range systemd.sockets {
		names = append(names, s.name)
	}
	return names, systemd.err
}

func (a *activation) readEnvironment() {
	if a.read {
		return
	}
	a.read = true
	fds, pid, fdNames := os.Getenv("LISTEN_FDS"), os.Getenv("LISTEN_PID"), os.Getenv("LISTEN_FDNAMES")
	for _, name := range []string{"LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"} {
		os.Unsetenv(name)
	}
	if fds == "" {
		return
	}
	if pid != strconv.Itoa(os.Getpid()) {
		a.err = fmt.Errorf("LISTEN_FDS is for process %q, this is %d", pid, os.Getpid())
		return
	}
	n, err := strconv.Atoi(fds)
	if err != nil || n < 0 || n > maxFDs {
		a.err = fmt.Errorf("LISTEN_FDS=%q is no number of sockets", fds)
		return
	}
	names := strings.Split(fdNames, ":")
	for i := range n {
		s := activated{fd: firstFD + i, name: "unknown"} // the name that sd_listen_fds_with_names(3) gives
		if i < len(names) && fdNames != "" {
			s.name = names[i]
		}
		closeOnExec(s.fd)
		a.sockets = append(a.sockets, s)
	}
}

// match returns the sockets of that name; all of them if name is "".
func (a *activation) match(name string) (found []activated, err error) {
	a.readEnvironment()
	for _, s := range a.sockets {
		if name == "" || s.name == name {
			found = append(found, s)
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	if a.err != nil {
		return nil, a.err
	}
	return nil, errors.New("systemd passed no such socket")
}

func (a *activation) check(name string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, err := a.match(name)
	return err
}

func (a *activation) take(name string) (listeners []net.Listener, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	found, err := a.match(name)
	for _, s := range found {
		a.sockets = slices.DeleteFunc(a.sockets, func(t activated) bool { return t == s })
		l, e := inherit(s.fd)
		if e != nil {
			err = errors.Join(err, fmt.Errorf("socket %q of systemd: %w", s.name, e))
			continue
		}
		listeners = append(listeners, l)
	}
	return listeners, err
}
