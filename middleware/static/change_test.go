package static_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gangplank-web/gangplank/middleware/static"
)

// A file that changes is sent as it is, whatever of it looks the same as before.
func TestChanges(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		desc   string
		change func(file, content string, n int)
	}{
		{"another time", func(file, c string, n int) { write(t, file, c, longAgo.Add(time.Duration(n)*time.Nanosecond)) }},
		{"another length", func(file, c string, n int) { write(t, file, c+strings.Repeat("!", n), longAgo) }},
		{"replaced, with the same time and length", func(file, c string, _ int) {
			write(t, file+".new", c, longAgo)
			if err := os.Rename(file+".new", file); err != nil {
				t.Fatal(err)
			}
		}},
		{"in place, at this moment", func(file, c string, _ int) { write(t, file, c, time.Now().Truncate(time.Second)) }},
		{"in place, with the clock ahead", func(file, c string, _ int) { write(t, file, c, time.Now().Add(time.Second)) }},
	} {
		for _, maxFile := range []int64{0, 10} {
			t.Run(fmt.Sprintf("%s/MaxFile=%d", tt.desc, maxFile), func(t *testing.T) {
				dir := tree(t, map[string]string{"a.js": "a" + text})
				h := site(t, static.Config{Dir: dir, MaxFile: maxFile})
				tag := get(h, "/a.js").Header().Get("Etag")
				decode(t, get(h, "/a.js", browser))
				for n, first := range []string{"b", "a", "c"} {
					tt.change(filepath.Join(dir, "a.js"), first+text, n+1)
					w := get(h, "/a.js")
					if got := w.Body.String(); strings.TrimRight(got, "!") != first+text {
						t.Errorf("change %d: got %.1q..., want %q", n, got, first)
					}
					if got := decode(t, get(h, "/a.js", browser)); strings.TrimRight(got, "!") != first+text {
						t.Errorf("change %d, compressed: got %.1q..., want %q", n, got, first)
					}
					if got := w.Header().Get("Etag"); got == tag && first != "a" {
						t.Errorf("change %d: the tag is the former one, %s", n, got)
					}
				}
			})
		}
	}
}

func TestAppearsAndGoes(t *testing.T) {
	t.Parallel()
	dir := tree(t, nil)
	h := site(t, static.Config{Dir: dir})
	check(t, get(h, "/a.txt"), 418, "next: GET /a.txt")
	write(t, filepath.Join(dir, "a.txt"), "a", longAgo)
	check(t, get(h, "/a.txt"), 200, "a")
	if err := os.Remove(filepath.Join(dir, "a.txt")); err != nil {
		t.Fatal(err)
	}
	check(t, get(h, "/a.txt"), 418, "next: GET /a.txt")
}

// Tags are the content's, so that all servers of a site have the same, and a file
// that is copied anew is not sent again. Only of very large files they are made
// from time and size.
func TestTags(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"a.txt": "a"})
	tag := func(cfg static.Config) string { return get(site(t, cfg), "/a.txt").Header().Get("Etag") }
	want := tag(static.Config{Dir: dir})
	if got := tag(static.Config{FS: fstest.MapFS{"a.txt": {Data: []byte("a")}}}); got != want || !strings.HasPrefix(got, `"`) {
		t.Errorf("another server's: got %s, want %s", got, want)
	}
	write(t, filepath.Join(dir, "a.txt"), "a", longAgo.Add(time.Hour))
	if got := tag(static.Config{Dir: dir}); got != want {
		t.Errorf("copied anew: got %s, want %s", got, want)
	}
	huge := filepath.Join(dir, "huge.bin")
	write(t, huge, "", longAgo)
	if err := errors.Join(os.Truncate(huge, 65<<20), os.Chtimes(huge, longAgo, longAgo)); err != nil {
		t.Fatal(err)
	}
	h := site(t, static.Config{Dir: dir})
	if got := do(h, "HEAD", "/huge.bin"); got.Header().Get("Etag") != `"17b8539ec7418000-4100000"` || got.Header().Get("Content-Length") != "68157440" {
		t.Errorf("a large file: got %v", got.Header())
	}
	check(t, get(h, "/huge.bin", "Range: bytes=-1", `If-Range: "17b8539ec7418000-4100000"`), 206, "\x00")
}

// failing is a file system in which everything goes wrong in one way.
type failing struct{ stat, open, read error }

func (f failing) Stat(name string) (fs.FileInfo, error) {
	if f.stat != nil {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: f.stat}
	}
	return fstest.MapFS{"a.txt": {Data: []byte("a")}}.Stat("a.txt")
}

func (f failing) Open(name string) (fs.File, error) {
	if f.open != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: f.open}
	}
	file, err := fstest.MapFS{"a.txt": {Data: []byte("a")}}.Open("a.txt")
	return failingFile{file, f.read}, err
}

type failingFile struct {
	fs.File
	err error
}

func (f failingFile) Read([]byte) (int, error) { return 0, f.err }

// What is not there is the next handler's; what is wrong with the server is not to
// be taken for that, least of all by a cache.
func TestFailures(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		desc   string
		fsys   failing
		status int
	}{
		{"not there", failing{stat: fs.ErrNotExist}, 418},
		{"not to be seen", failing{stat: fs.ErrPermission}, 418},
		{"not to be read", failing{open: fs.ErrPermission}, 418},
		{"gone meanwhile", failing{open: fs.ErrNotExist}, 418},
		{"leads elsewhere", failing{open: errors.New("path escapes from parent")}, 418},
		{"too many open files", failing{stat: syscall.EMFILE}, 503},
		{"too many open files, later", failing{open: syscall.ENFILE}, 503},
		{"a bad disk", failing{read: fmt.Errorf("bad sector")}, 500},
		{"shorter than it was", failing{read: io.EOF}, 503},
	} {
		t.Run(tt.desc, func(t *testing.T) {
			w := get(site(t, static.Config{FS: tt.fsys}), "/a.txt")
			if w.Code != tt.status {
				t.Errorf("got %d, want %d", w.Code, tt.status)
			}
			if retry := w.Header().Get("Retry-After"); (retry != "") != (tt.status == http.StatusServiceUnavailable) {
				t.Errorf("Retry-After: got %q", retry)
			}
			if strings.Contains(w.Body.String(), "sector") {
				t.Error("the client reads the cause")
			}
		})
	}
}

// A pipe would keep whoever opens it waiting.
func TestIrregular(t *testing.T) {
	t.Parallel()
	dir := tree(t, nil)
	if err := mkfifo(filepath.Join(dir, "pipe")); err != nil {
		t.Skip(err)
	}
	h := site(t, static.Config{Dir: dir, List: true})
	check(t, get(h, "/pipe"), 418, "next: GET /pipe")
	if strings.Contains(get(h, "/").Body.String(), "pipe") {
		t.Error("the pipe is listed")
	}
}
