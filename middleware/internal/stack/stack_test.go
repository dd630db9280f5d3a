package stack_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gangplank-web/gangplank/middleware/internal/stack"
)

//go:noinline
func explode(how string) {
	var list []int
	switch how {
	case "nil map":
		assign(nil)
	case "index":
		_ = list[len(how)]
	default:
		panic(how)
	}
}

//go:noinline
func assign(m map[string]int) { m["a"] = 1 }

// The first frame is the one that panicked, whatever the runtime put above it.
func TestPanicking(t *testing.T) {
	for _, how := range []string{"nil map", "index", "panic"} {
		func() {
			defer func() {
				frames := stack.Frames(stack.Panicking())
				if recover() == nil || len(frames) == 0 || !strings.Contains(frames[0].Func, "stack_test.") {
					t.Errorf("%s: got %v", how, frames)
				}
			}()
			explode(how)
		}()
	}
}

type pkgFrame uintptr // as github.com/pkg/errors declares it

type pkgError struct{ error }

func (pkgError) StackTrace() []pkgFrame {
	var frames []pkgFrame
	for _, pc := range stack.Here(0) {
		frames = append(frames, pkgFrame(pc))
	}
	return frames
}

func TestOf(t *testing.T) {
	if got := stack.Of(errors.New("x")); got != nil {
		t.Errorf("got %v for an error without a stack", got)
	}
	frames := stack.Frames(stack.Of(pkgError{errors.New("x")}))
	if len(frames) == 0 || !strings.Contains(frames[0].Func, "StackTrace") {
		t.Errorf("got %v", frames)
	}
}

func TestPackage(t *testing.T) {
	for fn, want := range map[string]string{
		"net/http.(*Server).Serve":                 "net/http",
		"main.main.func1":                          "main",
		"gopkg.in/yaml%2ev3.Unmarshal":             "gopkg.in/yaml.v3",
		"example.org/a/b.(*T[...]).M":              "example.org/a/b",
		"github.com/gangplank-web/gangplank.Try.1": "github.com/gangplank-web/gangplank",
	} {
		if got := stack.Package(fn); got != want {
			t.Errorf("%s: got %s, want %s", fn, got, want)
		}
	}
	for pkg, want := range map[string]bool{"net/http": true, "runtime": true, "main": false, "example.org/x": false} {
		if stack.Standard(pkg) != want {
			t.Errorf("%s: got %v", pkg, !want)
		}
	}
}

func TestDump(t *testing.T) {
	block, started, ids := make(chan int), make(chan bool), make(chan int, 2)
	defer close(block)
	go func() {
		ids <- stack.ID()
		go func() {
			ids <- stack.ID()
			started <- true
			<-block
		}()
		<-block
	}()
	<-started
	parent, child := <-ids, <-ids
	all := stack.Dump(1 << 20)
	family := stack.Family(all, parent)
	if len(family) != 2 || family[0].ID != parent || family[1].ID != child {
		t.Fatalf("got %v, want %d and then %d", family, parent, child)
	}
	for _, g := range family {
		if g.ID == child && (g.Parent != parent || !strings.Contains(g.Origin.Func, "TestDump") || g.Origin.Line == 0) {
			t.Errorf("got %+v", g)
		}
	}
	groups := stack.GroupOf(append(family, family...))
	if len(groups) != 2 || len(groups[0].IDs) != 2 {
		t.Errorf("got %v", groups)
	}
}

func TestExcerpt(t *testing.T) {
	frames := stack.Frames(stack.Here(0))
	var disk stack.Sources
	lines, first := disk.Excerpt(frames[0], 2)
	if len(lines) != 5 || first != frames[0].Line-2 || !strings.Contains(lines[2], "stack.Here(0)") {
		t.Errorf("got %q from %d", lines, first)
	}
	if lines, _ := disk.Excerpt(stack.Frame{File: "/etc/passwd", Line: 1}, 2); lines != nil {
		t.Errorf("got %q of a file that is no source", lines)
	}
}

// Built with -trimpath a file is named by module and package.
func TestTrimpath(t *testing.T) {
	root, cache := t.TempDir(), t.TempDir()
	t.Setenv("GOMODCACHE", cache)
	t.Chdir(root)
	for name, text := range map[string]string{
		filepath.Join(root, "go.mod"):                                         "module x\n",
		filepath.Join(root, "page/page.go"):                                   "of the module\n",
		filepath.Join(cache, "github.com/!burnt!sushi/toml@v1.0.0/decode.go"): "of the cache\n",
	} {
		os.MkdirAll(filepath.Dir(name), 0o777)
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var s stack.Sources
	tests := []struct{ fn, file, want string }{
		{s.Main() + "/page.Show", s.Main() + "/page/page.go", "of the module"},
		{"github.com/BurntSushi/toml.Decode", "github.com/BurntSushi/toml@v1.0.0/decode.go", "of the cache"},
	}
	//lint:ignore SA1019 as the code does
	if runtime.GOROOT() != "" {
		tests = append(tests, struct{ fn, file, want string }{"fmt.Println", "fmt/print.go", "// Copyright"})
	}
	for _, tt := range tests {
		lines, _ := s.Excerpt(stack.Frame{Func: tt.fn, File: tt.file, Line: 1}, 0)
		if len(lines) != 1 || !strings.HasPrefix(lines[0], tt.want) {
			t.Errorf("%s: got %q, want %q", tt.file, lines, tt.want)
		}
	}
	embedded := stack.Sources{Embedded: fstest.MapFS{"page/page.go": {Data: []byte("embedded\n")}}, Root: "/nowhere"}
	for _, file := range []string{s.Main() + "/page/page.go", "/build/machine/page/page.go"} {
		lines, _ := embedded.Excerpt(stack.Frame{Func: s.Main() + "/page.Show", File: file, Line: 1}, 3)
		if len(lines) != 1 || lines[0] != "embedded" {
			t.Errorf("%s: got %q", file, lines)
		}
	}
}

// Built with -trimpath a replaced module has its own name, and its files are elsewhere.
func TestReplaced(t *testing.T) {
	t.Setenv("GOMODCACHE", "/cache")
	module := func(path, version string) *debug.Module { return &debug.Module{Path: path, Version: version} }
	dep := func(path string, by *debug.Module) *debug.Module {
		return &debug.Module{Path: path, Version: "v1.0.0", Replace: by}
	}
	build := &debug.BuildInfo{Main: *module("example.org/app", ""), Deps: []*debug.Module{
		dep("example.org/beside", module("../beside", "(devel)")),
		dep("example.org/below", module("./below", "")),
		dep("example.org/far", module("/home/me/far", "")),
		dep("example.org/fork", module("example.org/Me/fork", "v1.0.1")),
		dep("example.org/plain", nil),
	}}
	s := stack.Sources{Root: "/src/app", Build: build}
	for name, want := range map[string]string{
		"beside": "/src/beside/a/b.go",
		"below":  "/src/app/below/a/b.go",
		"far":    "/home/me/far/a/b.go",
		"fork":   "/cache/example.org/!me/fork@v1.0.1/a/b.go",
		"plain":  "/cache/example.org/plain@v1.0.0/a/b.go",
	} {
		file := "example.org/" + name + "@v1.0.0/a/b.go"
		if got := s.Locate(stack.Frame{Func: "example.org/" + name + "/a.F", File: file, Line: 1}); got != want {
			t.Errorf("%s: got %s, want %s", file, got, want)
		}
	}
}
