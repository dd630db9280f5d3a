package listen

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// parseTarget reads what follows "scheme+network:".
func (a *Address) parseTarget(raw string) error {
	target, err := url.PathUnescape(raw)
	if err != nil {
		return errors.New("bad percent-encoding (a percent sign itself is written %25)")
	}
	if strings.ContainsFunc(target, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return errors.New("control character")
	}
	switch a.Network {
	case "tcp", "tcp4", "tcp6":
		a.Target, err = tcpTarget(a.Network, target)
	case "unix":
		a.Target, err = unixTarget(target)
	case "fd":
		a.Target = strings.TrimPrefix(target, "//")
		if _, e := a.descriptor(); e != nil {
			err = errors.New("want the number of a descriptor, as in " + a.Scheme + "+fd://3")
		}
	case "systemd":
		a.Target = strings.TrimPrefix(target, "//")
	default:
		err = fmt.Errorf("unknown network %q (known: tcp, tcp4, tcp6, unix, fd, systemd)", a.Network)
	}
	return err
}

func (a *Address) descriptor() (int, error) {
	n, err := strconv.ParseUint(a.Target, 10, 31)
	return int(n), err
}

// splitHostPort wants a numeric port: a listener without one, or on the port of a service's name, is more often a slip than meant.
func splitHostPort(s string) (host string, port uint64, err error) {
	host, digits, err := net.SplitHostPort(s)
	if err == nil {
		port, err = strconv.ParseUint(digits, 10, 16)
	}
	return host, port, err
}

func tcpTarget(network, target string) (string, error) {
	hostport, ok := strings.CutPrefix(target, "//")
	hostport = strings.TrimSuffix(hostport, "/") // as copied from a browser
	host, _, err := splitHostPort(hostport)
	if !ok || err != nil {
		return "", errors.New("want //host:port with a numeric port, such as //127.0.0.1:8080 or //[::1]:8080")
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		if network == "tcp4" && !ip.Is4() || network == "tcp6" && !ip.Is6() {
			return "", fmt.Errorf("%s is not an address of %s", ip, network)
		}
		return hostport, nil
	}
	if strings.ContainsFunc(host, notInName) {
		return "", errors.New("the host is neither an IP address nor a name")
	}
	return hostport, nil
}

func notInName(r rune) bool {
	return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '.' || r == '_')
}

// maxPath is what the system can bind, without the closing zero byte.
const maxPath = len(syscall.RawSockaddrUnix{}.Path) - 1

func unixTarget(target string) (string, error) {
	path, slashes := strings.CutPrefix(target, "//")
	switch {
	case path == "" || path == "@" || strings.HasSuffix(path, "/"):
		return "", errors.New("want the path of a socket, as in unix:/run/app.sock")
	case slashes && path[0] != '/' && path[0] != '@':
		return "", errors.New("a path after two slashes would lose its first part: write unix:/path or unix:///path")
	case path[0] == '@' && runtime.GOOS != "linux":
		return "", errors.New("abstract sockets (@name) exist on Linux only")
	case len(path) > maxPath:
		return "", fmt.Errorf("the path is %d bytes long, the system takes %d", len(path), maxPath)
	}
	return path, nil
}
