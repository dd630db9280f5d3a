//go:build linux

package servertest

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// need skips the test when a file of the server is missing. In CI, where
// install.sh has run, that is a failure: a skip would hide that nothing was tested.
func need(t testing.TB, files ...string) {
	t.Helper()
	for _, file := range files {
		if _, err := os.Stat(file); err == nil {
			continue
		}
		reason := "servertest: " + file + " is not installed (adapters/internal/servertest/install.sh installs it on Debian)"
		if os.Getenv("CI") == "true" {
			t.Fatal(reason)
		}
		t.Skip(reason)
	}
}

// publicDir makes a folder that the servers' workers may enter: started by
// root they run as www-data, and [testing.T.TempDir] is closed to others. Its
// path is short, too: a unix socket's may have 107 bytes.
func publicDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "gangplank-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Mkdir(filepath.Join(dir, "htdocs"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{dir, filepath.Join(dir, "htdocs")} {
		// nginx and mod_fcgid make their folders here as www-data.
		if err := os.Chmod(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// Socket returns the path of a unix socket that does not exist yet, in a folder
// that the servers' workers may enter. Who binds it gives it the mode 0666.
func Socket(t testing.TB) string { return filepath.Join(publicDir(t), "socket") }

// Self copies the running test binary to where the servers may execute it: a
// TestMain that finds itself started as a gateway's program can be one. The go
// command builds it in a folder closed to others.
func Self(t testing.TB) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(publicDir(t), "program")
	WriteProgram(t, program, b)
	return program
}

// WriteProgram writes a program that is to be started. Nothing may be forked
// meanwhile: the child would hold the file open for a moment, in which nobody can
// start it (ETXTBSY, golang.org/issue/22315).
func WriteProgram(t testing.TB, file string, content []byte) {
	t.Helper()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := os.WriteFile(file, content, 0o755); err != nil {
		t.Fatal(err)
	}
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func expand(config, dir string, port int) string {
	return strings.NewReplacer("@DIR@", dir, "@PORT@", strconv.Itoa(port)).Replace(config)
}

// asRoot returns a directive that only root's server understands, or may use.
func asRoot(directive string) string {
	if os.Getuid() != 0 {
		return ""
	}
	return directive
}

// prefix returns what stands before the path info of a request below mount:
// nothing when the mount is the root.
func prefix(mount string) string { return strings.TrimSuffix(mount, "/") }

// target returns what mount is mapped to, so that program runs for all below
// it. At the root it ends in a slash as mount does, or the slash would be taken
// off the path info.
func target(mount, program string) string {
	if mount == "/" {
		return program + "/"
	}
	return program
}
