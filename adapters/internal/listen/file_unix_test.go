//go:build unix

package listen_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// leaveStale makes the socket file of a process that died.
func leaveStale(t *testing.T, path string) {
	t.Helper()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	l.Close()
}

func TestSocketFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "app.sock")
	for _, stale := range []bool{false, true} {
		if stale {
			leaveStale(t, path)
		}
		for options, mode := range map[string]fs.FileMode{
			"":          0o660,
			"mode=0600": 0o600,
			"mode=666":  0o666, // more than the umask leaves
			fmt.Sprintf("mode=0640&owner=%d&group=%d", os.Getuid(), os.Getgid()): 0o640,
		} {
			l, err := bind(t, "fastcgi+unix:"+path+"?"+options)
			if err != nil {
				t.Fatal(err)
			}
			info, err := os.Lstat(path)
			if err != nil || info.Mode() != fs.ModeSocket|mode {
				t.Errorf("%s: got %v, %v, want mode %v", options, info.Mode(), err, mode)
			}
			if !answers(t, l) {
				t.Errorf("%s: nobody answers", options)
			}
			if l.Addr().String() != path {
				t.Errorf("Addr: got %s, want %s", l.Addr(), path)
			}
			l.Close()
			if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s: the file is still there after Close: %v", options, err)
			}
		}
	}
}

func TestSocketFileGroupByName(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("only root may give files away")
	}
	path := filepath.Join(t.TempDir(), "app.sock")
	if _, err := bind(t, "fastcgi+unix:"+path+"?owner=nobody&group=12345"); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	if st := info.Sys().(*syscall.Stat_t); st.Uid == 0 || st.Gid != 12345 {
		t.Errorf("got uid %d gid %d, want nobody and 12345", st.Uid, st.Gid)
	}
}

func TestSocketFileInUse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "app.sock")
	if _, err := bind(t, "http+unix:"+path); err != nil {
		t.Fatal(err)
	}
	_, err := bind(t, "http+unix:"+path)
	if !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), "another process answers on "+path) {
		t.Errorf("got %v, want address in use", err)
	}
}

func TestSocketFileOfAnotherKind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, link, folder, datagram := filepath.Join(dir, "file"), filepath.Join(dir, "link"), filepath.Join(dir, "folder"), filepath.Join(dir, "datagram")
	stale := filepath.Join(dir, "stale")
	leaveStale(t, stale)
	d, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: datagram, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := errors.Join(os.WriteFile(file, []byte("precious"), 0o600), os.Symlink(stale, link), os.Mkdir(folder, 0o700)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{file: "not a socket", link: "not a socket", folder: "not a socket", datagram: "may be in use"} {
		before, _ := os.Lstat(path)
		_, err := bind(t, "http+unix:"+path)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", path, err, want)
		}
		if after, err := os.Lstat(path); err != nil || !os.SameFile(before, after) {
			t.Errorf("%s was removed", path)
		}
	}
}

func TestSocketFileInMissingFolder(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "none", "app.sock")
	_, err := bind(t, "http+unix:"+path)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v, want an error that names the path", err)
	}
}

// A successor may have taken the path in the meantime: its socket must survive our Close.
func TestCloseLeavesTheSuccessor(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "app.sock")
	first, err := bind(t, "http+unix:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	second, err := bind(t, "http+unix:"+path)
	if err != nil {
		t.Fatal(err)
	}
	first.Close()
	first.Close()
	if !answers(t, second) {
		t.Error("Close of the first listener removed the socket of the second")
	}
}

// Processes that start at the same moment (workers that a supervisor gave the same path) must not take the socket from each other.
func TestOneOfManyWins(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "app.sock")
	leaveStale(t, path)
	var wg sync.WaitGroup
	results := make(chan net.Listener, 16)
	for range cap(results) {
		wg.Go(func() {
			l, err := bind(t, "http+unix:"+path)
			if err != nil && !errors.Is(err, syscall.EADDRINUSE) {
				t.Error(err)
			}
			results <- l
		})
	}
	wg.Wait()
	close(results)
	var winners []net.Listener
	for l := range results {
		if l != nil {
			winners = append(winners, l)
		}
	}
	if len(winners) != 1 {
		t.Fatalf("got %d listeners on one path, want 1", len(winners))
	}
}

// Until the file has its mode, nobody gets in, whatever the umask.
func TestBoundSocketRefusesBeforeItListens(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "app.sock")
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	if err := syscall.Bind(fd, &syscall.SockaddrUnix{Name: path}); err != nil {
		t.Fatal(err)
	}
	if c, err := net.Dial("unix", path); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got %v, %v, want the system to refuse a connection before listen(2)", c, err)
	}
}

func TestOwnerThatCannotBeSet(t *testing.T) {
	t.Parallel()
	if os.Getuid() == 0 {
		t.Skip("root may give files to anybody")
	}
	path := filepath.Join(t.TempDir(), "app.sock")
	if _, err := bind(t, "http+unix:"+path+"?owner=0"); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("got %v, want permission denied", err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket was left behind: %v", err)
	}
}
