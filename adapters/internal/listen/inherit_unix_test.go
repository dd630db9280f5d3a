//go:build unix

package listen_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/listen"
)

// report is what a child process tells about the addresses that it was asked to bind.
type report struct {
	Addrs    []string // of the listeners, in order
	Err      string
	Left     []string // names of the sockets that nobody took
	LeftErr  string
	Env      []string // LISTEN_* after it all
	Connects []bool   // whether a connection to each listener came through
	Inherits []int    // which of the descriptors 3 to 5 a child of the child would inherit
}

func TestMain(m *testing.M) {
	switch os.Getenv("LISTEN_TEST_CHILD") {
	case "":
		os.Exit(m.Run())
	case "pid": // the number of the process is known only now
		os.Setenv("LISTEN_PID", fmt.Sprint(os.Getpid()))
		os.Setenv("LISTEN_TEST_CHILD", "bind")
		self, _ := os.Executable()
		panic(syscall.Exec(self, os.Args, os.Environ()))
	}
	json.NewEncoder(os.Stdout).Encode(bindAll(os.Args[1:]))
}

func bindAll(addrs []string) (r report) {
	for _, text := range addrs {
		a, err := listen.Parse(text, schemes)
		if err == nil {
			err = a.Check()
		}
		var listeners []net.Listener
		if err == nil {
			listeners, err = a.Listen(context.Background())
		}
		if err != nil {
			r.Err += err.Error()
		}
		for _, l := range listeners {
			r.Addrs = append(r.Addrs, l.Addr().String())
			c, err := net.Dial(l.Addr().Network(), l.Addr().String())
			if err == nil {
				_, err = l.Accept()
				c.Close()
			}
			r.Connects = append(r.Connects, err == nil)
		}
	}
	var err error
	if r.Left, err = listen.Activated(); err != nil {
		r.LeftErr = err.Error()
	}
	for _, name := range []string{"LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"} {
		if v, ok := os.LookupEnv(name); ok {
			r.Env = append(r.Env, name+"="+v)
		}
	}
	for fd := 3; fd < 6; fd++ {
		flags, _, errno := syscall.Syscall(syscall.SYS_FCNTL, uintptr(fd), syscall.F_GETFD, 0)
		if errno == 0 && flags&syscall.FD_CLOEXEC == 0 {
			r.Inherits = append(r.Inherits, fd)
		}
	}
	return r
}

// spawn runs this test program as a child that binds addrs; files become its descriptors 3, 4, ...
func spawn(t *testing.T, env, addrs []string, files ...*os.File) (r report) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, addrs...)
	cmd.Env = append(os.Environ(), env...)
	cmd.ExtraFiles = files
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return r
}

// socket returns a listening socket as a file, and its address.
func socket(t *testing.T, network, addr string) (*os.File, string) {
	t.Helper()
	l, err := net.Listen(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	f, err := l.(interface{ File() (*os.File, error) }).File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close(); f.Close() })
	return f, l.Addr().String()
}

func TestInheritedDescriptor(t *testing.T) {
	t.Parallel()
	tcp, tcpAddr := socket(t, "tcp", "127.0.0.1:0")
	unix, path := socket(t, "unix", filepath.Join(t.TempDir(), "s"))
	r := spawn(t, []string{"LISTEN_TEST_CHILD=bind"}, []string{"fastcgi+fd://3", "http+fd:4"}, tcp, unix)
	if !slices.Equal(r.Addrs, []string{tcpAddr, path}) || !slices.Equal(r.Connects, []bool{true, true}) || r.Err != "" || len(r.Inherits) != 0 {
		t.Errorf("got %+v", r)
	}
	if _, err := os.Lstat(path); err != nil {
		t.Errorf("the child removed a socket file that it did not make: %v", err)
	}
}

func TestInheritedDescriptorOfAnotherKind(t *testing.T) {
	t.Parallel()
	file, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	connected := os.NewFile(uintptr(pair[0]), "connected")
	defer connected.Close()
	defer syscall.Close(pair[1])
	r := spawn(t, []string{"LISTEN_TEST_CHILD=bind"}, []string{"http+fd://3", "http+fd://4", "http+fd://5"}, file, connected)
	if strings.Count(r.Err, "is not a listening socket") != 3 || len(r.Addrs) != 0 {
		t.Errorf("got %+v, want three errors", r)
	}
}

// A gateway must not be exposed by whoever made the socket either.
func TestInheritedGatewayOnAllInterfaces(t *testing.T) {
	t.Parallel()
	exposed, _ := socket(t, "tcp4", "0.0.0.0:0") // accepts nothing: the child refuses it
	r := spawn(t, []string{"LISTEN_TEST_CHILD=bind"}, []string{"fastcgi+fd://3"}, exposed)
	if !strings.Contains(r.Err, "believes whoever connects") || len(r.Addrs) != 0 {
		t.Errorf("got %+v, want it refused", r)
	}
	r = spawn(t, []string{"LISTEN_TEST_CHILD=bind"}, []string{"fastcgi+fd://3?allow=127.0.0.0/8"}, exposed)
	if r.Err != "" || len(r.Addrs) != 1 {
		t.Errorf("with allow=: got %+v", r)
	}
}

func TestSystemdSockets(t *testing.T) {
	t.Parallel()
	a, addrA := socket(t, "tcp", "127.0.0.1:0")
	b, addrB := socket(t, "unix", filepath.Join(t.TempDir(), "b"))
	c, addrC := socket(t, "unix", filepath.Join(t.TempDir(), "c"))
	for _, tt := range []struct {
		desc       string
		env        []string
		addrs      []string
		want, left []string
		err        string
	}{
		{"by name", []string{"LISTEN_FDNAMES=web:app:web"}, []string{"http+systemd://web", "fastcgi+systemd://app"}, []string{addrA, addrC, addrB}, nil, ""},
		{"the rest", []string{"LISTEN_FDNAMES=web:app:web"}, []string{"fastcgi+systemd://app", "http+systemd:"}, []string{addrB, addrA, addrC}, nil, ""},
		{"without names", nil, []string{"http+systemd://unknown"}, []string{addrA, addrB, addrC}, nil, ""},
		{"too few names", []string{"LISTEN_FDNAMES=web"}, []string{"http+systemd://web"}, []string{addrA}, []string{"unknown", "unknown"}, ""},
		{"nobody asks", []string{"LISTEN_FDNAMES=a:b:c"}, nil, nil, []string{"a", "b", "c"}, ""},
		{"taken twice", []string{"LISTEN_FDNAMES=a:b:c"}, []string{"http+systemd://a", "http+systemd://a"}, []string{addrA}, []string{"b", "c"}, "no such socket"},
	} {
		r := spawn(t, append(tt.env, "LISTEN_FDS=3", "LISTEN_TEST_CHILD=pid"), tt.addrs, a, b, c)
		if !slices.Equal(r.Addrs, tt.want) || !slices.Equal(r.Left, tt.left) || slices.Contains(r.Connects, false) || len(r.Env)+len(r.Inherits) != 0 {
			t.Errorf("%s: got %+v, want %v and left %v", tt.desc, r, tt.want, tt.left)
		}
		if tt.err == "" && r.Err != "" || !strings.Contains(r.Err, tt.err) {
			t.Errorf("%s: got error %q, want %q", tt.desc, r.Err, tt.err)
		}
	}
}

func TestSystemdEnvironmentThatDoesNotCount(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		child, fds, err string
	}{
		{"bind", "1", `LISTEN_FDS is for process "1"`},
		{"pid", "many", `LISTEN_FDS="many" is no number of sockets`},
		{"pid", "-1", `LISTEN_FDS="-1" is no number of sockets`},
		{"pid", "2147483647", `LISTEN_FDS="2147483647" is no number of sockets`},
		{"pid", "1", "descriptor 3 is not a listening socket"},
	} {
		r := spawn(t, []string{"LISTEN_TEST_CHILD=" + tt.child, "LISTEN_PID=1", "LISTEN_FDS=" + tt.fds}, []string{"http+systemd:"})
		if !strings.Contains(r.Err, tt.err) || len(r.Env) != 0 || len(r.Addrs) != 0 {
			t.Errorf("%s %s: got %+v, want %q", tt.child, tt.fds, r, tt.err)
		}
	}
}
