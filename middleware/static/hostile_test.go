package static_test

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/static"
)

// secret is what no answer may contain: the content of files that lie outside, or
// whose names begin with a dot.
const secret = "4711-the-secret"

// hostile are request targets that would lead out, or to what is hidden, if any part
// of the way decoded once too often, or too late.
var hostile = []string{
	"/../secret.txt", "/public/../../secret.txt", "/a/../../secret.txt", "/..", "/../", "/a/../../", "/./a/../../secret.txt",
	"/%2e%2e/secret.txt", "/%2e%2e%2fsecret.txt", "/..%2fsecret.txt", "/a/%2e%2e/%2e%2e/secret.txt", "/.%2e/secret.txt", "/%2e./secret.txt",
	"/%252e%252e/secret.txt", "/%252e%252e%252fsecret.txt", "/..%252fsecret.txt", "/%25252e%25252e/secret.txt",
	"/..%5csecret.txt", "/..\\secret.txt", "/a\\..\\..\\secret.txt", "/%5c..%5csecret.txt", "/a%5c..%5c..%5csecret.txt", "/%2e%2e%5csecret.txt",
	"/secret.txt%00", "/../secret.txt%00.css", "/a.txt%00/../../secret.txt", "/%00/../secret.txt", "/.%00./secret.txt",
	"//secret.txt", "//../secret.txt", "///../secret.txt", "/a//..//..//secret.txt", "/....//secret.txt", "/..../secret.txt", "/..;/secret.txt", "/a;/../../secret.txt",
	"/%c0%ae%c0%ae/secret.txt", "/%e0%80%ae%e0%80%ae/secret.txt", "/%c0%ae%c0%ae%c0%afsecret.txt", "/\uff0e\uff0e/secret.txt", "/%uff0e%uff0e/secret.txt",
	"/@DIR@/secret.txt", "/%2f@DIR@/secret.txt", "//@DIR@/secret.txt", "/file:///@DIR@/secret.txt", "/C:/secret.txt", "/C:%5csecret.txt", "/~root/secret.txt",
	"http://host/../secret.txt", "http://host/%2e%2e/secret.txt", "http://host@/../secret.txt",
	"/link-out", "/link-absolute", "/link-folder/secret.txt", "/link-folder/", "/link-up/secret.txt", "/link-chain",
	"/.secret", "/.git/secret", "/a/.secret", "/%2esecret", "/%2egit/secret", "/a/%2esecret", "/.secret/", "/./.secret", "/.well-known/.secret",
	"/.well-known/../.secret", "/.well-known/%2e%2e/.secret", "/a/../.secret", "/.secret.0123456789abcdef", "/.0123456789abcdef", "/link-out.gz", "/x.js",
	"/?sort=/../secret.txt", "/a.txt/../../secret.txt", "/a.txt/%2e%2e/%2e%2e/secret.txt",
	"/" + strings.Repeat("../", 500) + "secret.txt", "/" + strings.Repeat("a/", 2000), "/" + strings.Repeat("a/../", 500) + "../secret.txt",
}

func hostileTree(t testing.TB) string {
	t.Helper()
	dir := tree(t, map[string]string{
		"secret.txt": secret, "outside/secret.txt": secret,
		"public/a.txt": "a", "public/a/b.txt": "b", "public/.secret": secret, "public/.git/secret": secret, "public/a/.secret": secret,
		"public/.well-known/.secret": secret, "public/x.js": "x",
	})
	public := filepath.Join(dir, "public")
	for link, target := range map[string]string{
		"link-out": "../secret.txt", "link-absolute": filepath.Join(dir, "secret.txt"), "link-folder": "../outside", "link-up": "..", "link-chain": "link-out",
		"x.js.gz": "../secret.txt", "link-in": "a.txt",
	} {
		if err := os.Symlink(target, filepath.Join(public, link)); err != nil {
			t.Skip("no symbolic links: ", err)
		}
	}
	return dir
}

// TestTraversal sends the targets as they are, through a real server, which a
// client's library would not.
func TestTraversal(t *testing.T) {
	t.Parallel()
	dir := hostileTree(t)
	handlers := map[string]http.Handler{
		"Dir":      static.Handler(static.Config{Dir: filepath.Join(dir, "public"), List: true}),
		"prefix":   static.Handler(static.Config{Dir: filepath.Join(dir, "public"), Prefix: "/p", List: true}),
		"fallback": static.Handler(static.Config{Dir: filepath.Join(dir, "public"), Fallback: "a.txt"}),
		"stripped": http.StripPrefix("/p", static.Handler(static.Config{Dir: filepath.Join(dir, "public")})),
		"offload":  static.Handler(static.Config{Dir: filepath.Join(dir, "public"), Offload: static.XAccelRedirect("/files")}),
	}
	for name, h := range handlers {
		t.Run(name, func(t *testing.T) {
			srv := httptest.NewServer(h)
			defer srv.Close()
			for _, target := range hostile {
				target = strings.ReplaceAll(target, "@DIR@", dir)
				for _, prefix := range []string{"", "/p"} {
					checkHarmless(t, srv.Listener.Addr().String(), prefix+target)
				}
			}
		})
	}
}

func checkHarmless(t *testing.T, addr, target string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n", target)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("%q: %v", target, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Errorf("%q: %v", target, err)
	}
	if strings.Contains(string(body), secret) || strings.Contains(string(body), "secret.txt\"") || resp.StatusCode >= 500 {
		t.Errorf("%.100q: got %s, %q", target, resp.Status, body)
	}
	if to := resp.Header.Get("X-Accel-Redirect"); strings.Contains(to, "..") || strings.Contains(to, "secret") {
		t.Errorf("%.100q: offloaded to %q", target, to)
	}
	if to := resp.Header.Get("Location"); to != "" && !strings.HasPrefix(to, "./") {
		t.Errorf("%.100q: redirected to %q", target, to)
	}
}

// Links inside are followed, links out are not even listed.
func TestLinks(t *testing.T) {
	t.Parallel()
	h := static.Handler(static.Config{Dir: filepath.Join(hostileTree(t), "public"), List: true})
	check(t, get(h, "/link-in"), 200, "a")
	page := get(h, "/").Body.String()
	for name, listed := range map[string]bool{"link-in": true, "a.txt": true, "link-out": false, "link-folder": false, "link-absolute": false, ".git": false, ".secret": false} {
		if strings.Contains(page, `href="./`+name) != listed {
			t.Errorf("%s: listed %v, want %v", name, !listed, listed)
		}
	}
}

// TestSymlinkRace turns a name from a file into a link out, and a folder on the way
// as well, while it is asked for.
func TestSymlinkRace(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("renames over open files are not possible there")
	}
	dir := hostileTree(t)
	public := filepath.Join(dir, "public")
	h := static.Handler(static.Config{Dir: public})
	for _, name := range []string{"good.txt", "goodfolder/secret.txt"} {
		write(t, filepath.Join(public, name), "good", longAgo)
	}
	steps := [][3]string{ // what is made a link, its target, what it was
		{"good.txt", "../secret.txt", "good.copy"},
		{"goodfolder", "../outside", "folder.copy"},
	}
	var swaps atomic.Int64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
			}
			s := steps[swaps.Load()%int64(len(steps))]
			name, copied, link := filepath.Join(public, s[0]), filepath.Join(public, s[2]), filepath.Join(public, "tmp-link")
			_ = os.Rename(name, copied)
			_ = os.Symlink(s[1], link)
			_ = os.Rename(link, name)
			_ = os.Remove(name)
			_ = os.Rename(copied, name)
			swaps.Add(1)
		}
	}()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			good := 0
			for i := 0; i < 2000 || i < 1_000_000 && (good == 0 || swaps.Load() < 200); i++ {
				for _, target := range []string{"/good.txt", "/goodfolder/secret.txt"} {
					w := get(h, target)
					switch body := w.Body.String(); {
					case strings.Contains(body, secret):
						t.Errorf("%s: got the file outside", target)
						return
					case w.Code == 200 && body == "good":
						good++
					}
				}
			}
			if good == 0 || swaps.Load() < 200 {
				t.Errorf("the file was sent %d times, and swapped %d times: the test has tested nothing", good, swaps.Load())
			}
		})
	}
	wg.Wait()
	close(stop)
	<-stopped
}

// FuzzName: whatever the path, the file system is asked only for names that are
// valid and not hidden, and nothing breaks.
func FuzzName(f *testing.F) {
	for _, target := range hostile {
		f.Add(target)
	}
	f.Fuzz(func(t *testing.T, path string) {
		h := site(t, static.Config{FS: spyFS{t}, Prefix: "/p", List: true, Fallback: "fallback.html"})
		for _, p := range []string{path, "/p" + path, "/p/" + path} {
			r := httptest.NewRequest("GET", "/", nil)
			r.URL = &url.URL{Path: p}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != http.StatusTeapot {
				t.Errorf("%q: got %d", p, w.Code)
			}
		}
	})
}

// spyFS has no files, and complains about names that nobody should ask for.
type spyFS struct{ t testing.TB }

func (s spyFS) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) || strings.ContainsAny(name, "\\\x00") {
		s.t.Errorf("opened %q", name)
	}
	for part := range strings.SplitSeq(strings.TrimPrefix(name, ".well-known/"), "/") {
		if strings.HasPrefix(part, ".") && name != "." {
			s.t.Errorf("opened %q", name)
		}
	}
	return nil, fs.ErrNotExist
}
