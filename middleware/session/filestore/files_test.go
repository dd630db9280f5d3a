package filestore_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/middleware/session/filestore"
)

func save(t testing.TB, s *filestore.Store, key, data string, version uint64, expires time.Time) uint64 {
	t.Helper()
	next, err := s.Save(t.Context(), key, []byte(data), version, expires)
	if next == 0 || err != nil {
		t.Fatalf("Save(%q): got version %d, %v", key, next, err)
	}
	return next
}

func later() time.Time { return time.Now().Add(time.Hour) }

// files returns the paths of all regular files below dir.
func files(t testing.TB, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			all = append(all, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// sessionFiles returns the paths of the sessions' files.
func sessionFiles(t testing.TB, dir string) []string {
	var all []string
	for _, path := range files(t, dir) {
		if base := filepath.Base(path); base != "lock" && base != "new" {
			all = append(all, path)
		}
	}
	return all
}

func TestModesAndNames(t *testing.T) {
	dir := newDir(t)
	s := open(t, filestore.Config{Dir: dir})
	for _, key := range []string{"../../x", "/etc/passwd", "a/b", "\x00", "name-of-a-user"} {
		save(t, s, key, "data", 0, later())
	}
	names := regexp.MustCompile(`^([0-9a-f]{2}(/(lock|new|[0-9a-f]{62}))?|\.)$`)
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			t.Fatal(err)
		}
		rel, _ := filepath.Rel(dir, path)
		if !names.MatchString(filepath.ToSlash(rel)) {
			t.Errorf("%s is not named by a hash", rel)
		}
		info, err := d.Info()
		if err != nil {
			t.Fatal(err)
		}
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		}
		if got := info.Mode().Perm(); got != want && runtime.GOOS != "windows" {
			t.Errorf("%s: got mode %04o, want %04o", rel, got, want)
		}
		return nil
	})
	if outside, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), "*")); len(outside) != 1 {
		t.Errorf("files beside the folder: %q", outside)
	}
}

func TestOpenRefuses(t *testing.T) {
	if _, err := filestore.Open(filestore.Config{}); err == nil || !strings.Contains(err.Error(), "Dir is empty") {
		t.Errorf("without Dir: got %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	os.WriteFile(file, nil, 0o600)
	if _, err := filestore.Open(filestore.Config{Dir: file}); err == nil {
		t.Error("a file as Dir: got no error")
	}
	if runtime.GOOS == "windows" {
		return
	}
	for _, mode := range []fs.FileMode{0o701, 0o710, 0o750, 0o755, 0o777 | fs.ModeSticky} {
		dir := newDir(t)
		os.Mkdir(dir, 0o700)
		os.Chmod(dir, mode)
		if _, err := filestore.Open(filestore.Config{Dir: dir}); err == nil || !strings.Contains(err.Error(), "chmod 700") {
			t.Errorf("a folder with mode %v: got %v, want it refused", mode, err)
		}
	}
}

// A file cut off at any length, or with any bit changed, is no session. It is
// reported, and a new session can be stored in its place.
func TestDamagedFile(t *testing.T) {
	var log bytes.Buffer
	dir := newDir(t)
	s := open(t, filestore.Config{Dir: dir, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	version := save(t, s, "key", "the data", 0, later())
	file := sessionFiles(t, dir)[0]
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	damaged := func(what string, n int, b []byte) {
		t.Helper()
		log.Reset()
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		data, v, err := s.Load(t.Context(), "key")
		if v != 0 || len(data) != 0 || err != nil {
			t.Errorf("%s %d: got %q, version %d, %v, want nothing", what, n, data, v, err)
		}
		if !strings.Contains(log.String(), "damaged") {
			t.Errorf("%s %d: not reported: %q", what, n, log.String())
		}
		if next, err := s.Save(t.Context(), "key", nil, version, later()); next != 0 || err != nil {
			t.Errorf("%s %d: Save with its version: got %d, %v, want it refused", what, n, next, err)
		}
		save(t, s, "key", "another", 0, later())
	}
	for n := range whole {
		damaged("cut off at byte", n, whole[:n])
	}
	for n := range len(whole) * 8 {
		b := bytes.Clone(whole)
		b[n/8] ^= 1 << (n % 8)
		damaged("with the other bit", n, b)
	}
	damaged("with bytes more:", 1, append(bytes.Clone(whole), 0))
}

// A session's file under another's name is not that other's session.
func TestCopiedFile(t *testing.T) {
	dir := newDir(t)
	s := open(t, filestore.Config{Dir: dir})
	save(t, s, "admin", "rights", 0, later())
	whole, _ := os.ReadFile(sessionFiles(t, dir)[0])
	save(t, s, "visitor", "none", 0, later())
	for _, file := range sessionFiles(t, dir) {
		os.WriteFile(file, whole, 0o600)
	}
	if data, v, err := s.Load(t.Context(), "visitor"); v != 0 || err != nil {
		t.Errorf("got %q, version %d, %v, want nothing", data, v, err)
	}
}

func TestCollectRemovesFiles(t *testing.T) {
	dir := newDir(t)
	s := open(t, filestore.Config{Dir: dir, CollectEvery: -1})
	for _, key := range strings.Fields("a b c d e f g h") {
		save(t, s, key, "data", 0, time.Now().Add(-time.Second))
	}
	save(t, s, "kept", "data", 0, later())
	empty := sessionFiles(t, dir)[0]
	torn := empty[:len(empty)-1] + "x"
	os.WriteFile(torn, []byte("gps1"), 0o600)
	if got := len(sessionFiles(t, dir)); got != 10 {
		t.Fatalf("got %d files before Collect, want 10", got)
	}
	if n, err := s.Collect(t.Context()); n != 9 || err != nil {
		t.Errorf("Collect: got %d, %v, want 9", n, err)
	}
	if got := sessionFiles(t, dir); len(got) != 1 {
		t.Errorf("files after Collect: got %q, want one", got)
	}
}

// Where each process saves once, as under CGI, expired sessions go as well.
func TestSaveCollects(t *testing.T) {
	dir := newDir(t)
	fill := open(t, filestore.Config{Dir: dir, CollectEvery: -1})
	for _, key := range strings.Fields("a b c d e f g h") {
		save(t, fill, key, "data", 0, time.Now().Add(-time.Second))
	}
	save(t, open(t, filestore.Config{Dir: dir, CollectEvery: 1}), "kept", "data", 0, later())
	if got := sessionFiles(t, dir); len(got) != 1 {
		t.Errorf("files after a Save that collects: got %d, want one", len(got))
	}
}

func TestCollectCancelled(t *testing.T) {
	s := open(t, filestore.Config{Dir: newDir(t)})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Collect(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

// What a killed process has left half written does not matter.
func TestLeftovers(t *testing.T) {
	dir := newDir(t)
	s := open(t, filestore.Config{Dir: dir})
	v := save(t, s, "key", "data", 0, later())
	temp := filepath.Join(filepath.Dir(sessionFiles(t, dir)[0]), "new")
	os.WriteFile(temp, bytes.Repeat([]byte("half "), 1000), 0o600)
	v = save(t, s, "key", "short", v, later())
	if data, got, err := s.Load(t.Context(), "key"); string(data) != "short" || got != v || err != nil {
		t.Errorf("got %q, version %d, %v", data, got, err)
	}
	if _, err := os.Stat(temp); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file beside: got %v, want it gone", err)
	}
}

// Nothing is read or written through a link that leads out of the folder.
func TestLinksStayInside(t *testing.T) {
	dir, outside := newDir(t), t.TempDir()
	s := open(t, filestore.Config{Dir: dir})
	v := save(t, s, "key", "data", 0, later())
	sub := filepath.Dir(sessionFiles(t, dir)[0])
	if err := os.Rename(sub, filepath.Join(outside, "sub")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(outside, "sub"), sub); err != nil {
		t.Skip(err)
	}
	if data, _, err := s.Load(t.Context(), "key"); err == nil || data != nil {
		t.Errorf("Load: got %q, %v, want an error", data, err)
	}
	if _, err := s.Save(t.Context(), "key", nil, v, later()); err == nil {
		t.Error("Save: got no error")
	}
}

func TestSync(t *testing.T) {
	s := open(t, filestore.Config{Dir: newDir(t), Sync: true})
	v := save(t, s, "key", "data", 0, later())
	if data, got, err := s.Load(t.Context(), "key"); string(data) != "data" || got != v || err != nil {
		t.Errorf("got %q, version %d, %v", data, got, err)
	}
	if err := s.Delete(t.Context(), "key"); err != nil {
		t.Error(err)
	}
}

func TestClosed(t *testing.T) {
	s, err := filestore.Open(filestore.Config{Dir: newDir(t)})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := s.Save(t.Context(), "key", nil, 0, later()); err == nil {
		t.Error("Save after Close: got no error")
	}
	if _, _, err := s.Load(t.Context(), "key"); err == nil {
		t.Error("Load after Close: got no error")
	}
}
