package gangplank_test

import (
	"bytes"
	"go/build"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/gangplank-web/gangplank"

// importRule says what the packages that match may import of this module. The
// first rule that matches a package holds.
type importRule struct {
	pkg    string   // a path below the module; a final /... means all below
	allow  []string // likewise
	reason string
}

var importRules = []importRule{
	{"", nil, "the root is what everything stands on: it knows nothing of ours"},
	{"middleware/internal/...", []string{"", "middleware/internal/..."}, "shared by middleware, so below it"},
	{"middleware/middlewaretest", []string{""}, "public test suites must not pull in what they test"},
	{"middleware/session/sessiontest", nil, "a store in a module of its own needs nothing of ours to be tested"},
	{"middleware", []string{"", "middleware/internal/..."}, "the flat package stays light: no noun, no adapter"},
	{"middleware/...", []string{"", "middleware/internal/..."}, "siblings meet only through the root, so each can be used alone"},
	{"adapters/adaptertest", []string{""}, "public test suites must not pull in what they test"},
	{"adapters/internal/...", []string{"", "adapters/internal/..."}, "shared by the protocols, so below them"},
	{"adapters", []string{"", "adapters/..."}, "Main and Serve know every protocol and no middleware"},
	{"adapters/...", []string{"", "adapters/internal/..."}, "a protocol knows no other: a CGI program links no server"},
}

// library is a module of somebody else's, and who may import it.
type library struct {
	path   string
	users  []string
	reason string
}

var libraries = []library{
	{"github.com/go-chi/chi/v5", []string{""}, "Router stands on it, and nothing else knows it"},
	{"github.com/gorilla/securecookie", nil, "its codecs and ours are tested in each other's place"},
	{"github.com/gorilla/sessions", []string{"middleware/session/gorillastore"}, "for the stores that were written for it"},
	{"github.com/klauspost/compress", []string{"middleware/compress", "middleware/static"}, "zstd, and a faster gzip"},
	{"golang.org/x/crypto", []string{"middleware/auth", "middleware/session"}, "hashes of passwords, and the sealing of cookies"},
}

// modulesOfUsers is how many modules beside ours a user's go.mod can come to.
const modulesOfUsers = 10

func (r importRule) matches(pkg string) bool { return matchPath(r.pkg, pkg) }

func matchPath(pattern, pkg string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "/..."); ok {
		return strings.HasPrefix(pkg, prefix+"/")
	}
	return pattern == pkg
}

// TestImports holds the packages of the main module to the rules above.
func TestImports(t *testing.T) {
	for dir, pkg := range packageDirs(t) {
		p, err := build.ImportDir(dir, 0)
		if err != nil {
			if _, none := err.(*build.NoGoError); none {
				continue
			}
			t.Fatal(err)
		}
		checkLibraries(t, pkg, p.Imports)
		for _, rule := range importRules {
			if rule.matches(pkg) {
				checkImports(t, pkg, p.Imports, rule)
				break
			}
		}
	}
}

func checkImports(t *testing.T, pkg string, imports []string, rule importRule) {
	for _, path := range imports {
		rest, ours := strings.CutPrefix(path, module)
		if !ours {
			continue
		}
		rest = strings.TrimPrefix(rest, "/")
		allowed := false
		for _, a := range rule.allow {
			allowed = allowed || matchPath(a, rest)
		}
		if !allowed {
			t.Errorf("%s imports %s: %s", pkg, path, rule.reason)
		}
	}
}

// checkLibraries allows a package the standard library, ours, and what the table
// gives it.
func checkLibraries(t *testing.T, pkg string, imports []string) {
	for _, path := range imports {
		domain, _, _ := strings.Cut(path, "/")
		if !strings.Contains(domain, ".") || path == module || strings.HasPrefix(path, module+"/") {
			continue
		}
		i := slices.IndexFunc(libraries, func(l library) bool { return path == l.path || strings.HasPrefix(path, l.path+"/") })
		switch {
		case i < 0:
			t.Errorf("%s imports %s, which is none of our libraries: what needs it is a module of its own", pkg, path)
		case !slices.Contains(libraries[i].users, pkg):
			t.Errorf("%s imports %s, which is there for %q: %s", pkg, path, libraries[i].users, libraries[i].reason)
		}
	}
}

// TestModules keeps the main module from requiring more than its libraries.
func TestModules(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	var required, want []string
	for line := range strings.Lines(string(b)) {
		fields := strings.Fields(strings.TrimPrefix(line, "require "))
		if len(fields) == 2 && strings.HasPrefix(fields[1], "v") { // an indirect one has a comment
			required = append(required, fields[0])
		}
	}
	for _, l := range libraries {
		want = append(want, l.path)
	}
	if !slices.Equal(slices.Sorted(slices.Values(required)), want) {
		t.Errorf("go.mod requires %q, want %q", required, want)
	}
}

// TestModulesOfUsers counts what those libraries require in turn. A user who
// imports less gets fewer.
func TestModulesOfUsers(t *testing.T) {
	t.Parallel()
	list := exec.Command("go", "list", "-m", "all")
	list.Env = append(os.Environ(), "GOWORK=off")
	out, err := list.Output()
	if err != nil {
		t.Skipf("the modules cannot be listed, without a network perhaps: %v", err)
	}
	modules := strings.Split(strings.TrimSpace(string(out)), "\n")
	if !strings.HasPrefix(modules[0], module) || len(modules) <= len(libraries) {
		t.Fatalf("got %q", modules)
	}
	if others := modules[1:]; len(others) > modulesOfUsers {
		t.Errorf("%d modules, want at most %d: %q", len(others), modulesOfUsers, others)
	}
}

// TestMap finds the packages in CONTRIBUTING's table of where things are.
func TestMap(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, pkg := range packageDirs(t) {
		parent, name := path.Split(pkg)
		switch {
		case name == "internal", name == "testdata":
			continue
		case !slices.Contains([]string{"middleware/", "middleware/internal/", "adapters/", "adapters/internal/"}, parent):
			continue // those below a package are its own affair
		}
		if !bytes.Contains(b, []byte("`"+name+"`")) && !bytes.Contains(b, []byte("`"+pkg+"`")) {
			t.Errorf("%s is not there", pkg)
		}
	}
}

// TestFrameImports keeps framing a matter of bytes: frame.go of a protocol
// imports neither net nor net/http, nor anything of ours.
func TestFrameImports(t *testing.T) {
	files, err := filepath.Glob("adapters/*/frame.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		ctx := build.Default
		ctx.ReadDir = func(dir string) ([]os.FileInfo, error) { return onlyFile(dir, "frame.go") }
		p, err := ctx.ImportDir(filepath.Dir(file), 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range p.Imports {
			if path == "net" || strings.HasPrefix(path, "net/") || strings.Contains(path, ".") {
				t.Errorf("%s imports %s: frames are bytes and structs", file, path)
			}
		}
	}
}

func onlyFile(dir, name string) ([]os.FileInfo, error) {
	info, err := os.Stat(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	return []os.FileInfo{info}, nil
}

// packageDirs maps the folders of the main module to their paths below it.
func packageDirs(t *testing.T) map[string]string {
	t.Helper()
	dirs := make(map[string]string)
	err := filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if path == "." {
			dirs[path] = ""
			return nil
		}
		_, noModule := os.Stat(filepath.Join(path, "go.mod"))
		if noModule == nil || strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" {
			return filepath.SkipDir
		}
		dirs[path] = filepath.ToSlash(path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return dirs
}
