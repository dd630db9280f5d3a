package stack

import (
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
)

// Sources finds the files that frames name.
type Sources struct {
	Embedded fs.FS            // the main module's files, by their paths in it; may be nil
	Root     string           // the main module's folder on this machine; empty: found from the working directory
	Build    *debug.BuildInfo // nil: the program's

	once     sync.Once
	main     string            // the main module's path
	cache    string            // the module cache
	replaced map[string]string // folders of modules, path@version, that go.mod replaces
}

// maxSource is the size of the largest file that is read for an excerpt.
const maxSource = 4 << 20

func (s *Sources) setup() {
	if s.Build == nil {
		s.Build, _ = debug.ReadBuildInfo()
	}
	if s.Root == "" {
		s.Root = moduleRoot()
	}
	s.findCache()
	if s.Build != nil {
		s.main = s.Build.Main.Path
		s.findReplaced()
	}
}

func (s *Sources) findCache() {
	switch {
	case os.Getenv("GOMODCACHE") != "":
		s.cache = os.Getenv("GOMODCACHE")
	case os.Getenv("GOPATH") != "":
		s.cache = filepath.Join(filepath.SplitList(os.Getenv("GOPATH"))[0], "pkg", "mod")
	default:
		if home, err := os.UserHomeDir(); err == nil {
			s.cache = filepath.Join(home, "go", "pkg", "mod")
		}
	}
}

// findReplaced notes where modules lie that the compiler calls by the name that is
// required, and not by that of what is there in its place.
func (s *Sources) findReplaced() {
	s.replaced = make(map[string]string)
	for _, dep := range s.Build.Deps {
		if dep.Replace != nil {
			s.replaced[dep.Path+"@"+dep.Version] = s.folder(dep.Replace)
		}
	}
}

// folder is where a replacement lies: a path that begins with a dot or a slash is a
// folder's, and one with a dot is seen from the main module's; else it is in the
// cache. It is empty for what is nowhere on this machine.
func (s *Sources) folder(replacement *debug.Module) string {
	file := filepath.FromSlash(replacement.Path)
	switch {
	case filepath.IsAbs(file):
		return file
	case !strings.HasPrefix(file, "."):
		return s.cached(replacement.Path + "@" + replacement.Version)
	case s.Root == "":
		return ""
	}
	return filepath.Join(s.Root, file)
}

// cached is where the module cache has a file of a module: path@version/rest.
func (s *Sources) cached(file string) string {
	return filepath.Join(s.cache, filepath.FromSlash(escapeModule(file)))
}

// moduleRoot is the nearest folder with a go.mod, from the working directory up.
func moduleRoot() string {
	dir, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	return ""
}

// Main returns the path of the main module, or "".
func (s *Sources) Main() string {
	s.once.Do(s.setup)
	return s.main
}

// Locate returns where the frame's file is on this machine, or should be: a path
// that -trimpath has shortened is completed.
func (s *Sources) Locate(f Frame) string {
	s.once.Do(s.setup)
	if filepath.IsAbs(f.File) || f.File == "" {
		return f.File
	}
	if rest, ok := s.within(f); ok {
		if s.Root == "" {
			return ""
		}
		return filepath.Join(s.Root, filepath.FromSlash(rest))
	}
	if module, rest := cutModule(f.File); module != "" {
		switch folder, replaced := s.replaced[module]; {
		case !replaced:
			return s.cached(f.File)
		case folder == "":
			return ""
		default:
			return filepath.Join(folder, filepath.FromSlash(rest))
		}
	}
	if root := goroot(); root != "" && Standard(Package(f.Func)) {
		return filepath.Join(root, "src", filepath.FromSlash(f.File))
	}
	return ""
}

// goroot is where the standard library may lie: a program that was built with
// -trimpath knows it only from its environment.
func goroot() string {
	//lint:ignore SA1019 what `go env GOROOT` would say has no other way in
	return runtime.GOROOT()
}

// within returns the path of the frame's file inside the main module.
func (s *Sources) within(f Frame) (string, bool) {
	if s.Root != "" && filepath.IsAbs(f.File) {
		rel, err := filepath.Rel(s.Root, f.File)
		return filepath.ToSlash(rel), err == nil && !strings.HasPrefix(rel, "..")
	}
	if s.main == "" || s.main == "command-line-arguments" {
		return f.File, !strings.Contains(f.File, "@") && !Standard(Package(f.Func))
	}
	return strings.CutPrefix(f.File, s.main+"/")
}

// cutModule cuts path@version from what -trimpath calls a file of a module.
func cutModule(file string) (module, rest string) {
	at := strings.IndexByte(file, '@')
	if at < 0 {
		return "", file
	}
	version, rest, _ := strings.Cut(file[at:], "/")
	return file[:at] + version, rest
}

// escapeModule is the module cache's spelling of upper case: "!a" for "A".
func escapeModule(file string) string {
	module, rest, _ := strings.Cut(file, "@")
	var b strings.Builder
	for _, r := range module {
		if 'A' <= r && r <= 'Z' {
			b.WriteByte('!')
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String() + "@" + rest
}

// Excerpt returns the lines around the frame's, context on each side, and the
// number of the first. It returns none when there is no such file or line.
func (s *Sources) Excerpt(f Frame, context int) (lines []string, first int) {
	text, ok := s.read(f)
	if !ok || f.Line < 1 {
		return nil, 0
	}
	all := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if f.Line > len(all) {
		return nil, 0
	}
	from, to := max(f.Line-1-context, 0), min(f.Line+context, len(all))
	return all[from:to], from + 1
}

// read prefers what is embedded: it is what was compiled.
func (s *Sources) read(f Frame) (string, bool) {
	s.once.Do(s.setup)
	if s.Embedded != nil {
		if name, ok := s.embeddedName(f); ok {
			if b, err := fs.ReadFile(s.Embedded, name); err == nil {
				return string(b), true
			}
		}
	}
	file := s.Locate(f)
	if file == "" || path.Ext(file) != ".go" {
		return "", false
	}
	src, err := os.Open(file)
	if err != nil {
		return "", false
	}
	defer src.Close()
	b, err := io.ReadAll(io.LimitReader(src, maxSource))
	return string(b), err == nil
}

// embeddedName finds the name of the frame's file below the main module. Built
// elsewhere without -trimpath, a file has that machine's path; then the package's
// path tells where in the module it lies.
func (s *Sources) embeddedName(f Frame) (string, bool) {
	if name, ok := s.within(f); ok {
		return name, true
	}
	pkg := Package(f.Func)
	if rest, ok := strings.CutPrefix(pkg+"/", s.main+"/"); ok && s.main != "" {
		return path.Join(rest, path.Base(filepath.ToSlash(f.File))), true
	}
	return path.Base(filepath.ToSlash(f.File)), pkg == "main"
}
