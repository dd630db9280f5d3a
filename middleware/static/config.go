package static

import (
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// Config says which files are sent and how. One of Dir and FS is required.
type Config struct {
	_ [0]func()

	// Dir is the folder that the files are in. It must exist; it is opened once,
	// and symbolic links that lead out of it are not followed.
	Dir string
	// FS holds the files, in place of Dir. An os.DirFS follows symbolic links to
	// wherever they lead. Files of more than MaxFile bytes must have a method Seek.
	FS fs.FS
	// Prefix is the path below which all files are, as URL.Path has it: "/assets".
	// Requests for other paths are passed on. Default: "/".
	Prefix string

	// Index lists the files that are sent for the folder that they are in.
	// Default: index.html. []string{}: none.
	Index []string
	// List shows the contents of folders without an index. Default: false.
	List bool
	// Fallback is the file that is sent, with status 200, where there is none and
	// the client wants HTML: for programs that run in the browser and have all paths
	// below Prefix to themselves. The application inside gets no such request any
	// more; to try its routes first, make [Handler] the Router's NotFound.
	Fallback string

	// MaxAge is for how long a client may use a file without asking whether it has
	// changed. Default: it always asks ("no-cache"), which costs an answer of 304.
	MaxAge time.Duration
	// Immutable names files that never change, since a bundler has put a hash into
	// their names: they may be used for ever. Those of [Path] are so anyway.
	Immutable func(name string) bool
	// Types are media types by file name extension: {".md": "text/plain; charset=utf-8"}.
	// They come before what package mime knows.
	Types map[string]string

	// MaxFile is up to how many bytes a file is kept in memory, and compressed.
	// Default: 1 MiB.
	MaxFile int64
	// Memory is how many bytes are kept. Default: 64 MiB.
	Memory int64
	// NoCompression leaves compressing to the front server or to other middleware.
	// Files that lie compressed beside their originals are sent nevertheless. Apache
	// changes the tags of what it compresses: package compress understands them, if it
	// stands outside, with FrontServerCompresses as well.
	NoCompression bool

	// Offload lets the front server send the files. Default: this program sends them.
	Offload Offload
	// DangerouslySendDotfiles sends what begins with a dot as well: .env, .git and
	// .htpasswd, if they are there.
	DangerouslySendDotfiles bool
}

// Validate reports all that is wrong with the configuration.
func (cfg Config) Validate() error {
	var f settings.Faults
	if (cfg.Dir == "") == (cfg.FS == nil) {
		f.Add("Dir, FS", "exactly one of them must be set")
	}
	if p := cfg.Prefix; p != "" && p != "/" && (p[0] != '/' || path.Clean(p) != p) {
		f.Add("Prefix", "%q does not begin with a slash, or ends in one, or is not clean", p)
	}
	for _, name := range cfg.Index {
		if name == "." || strings.ContainsAny(name, `/\`) || !fs.ValidPath(name) {
			f.Add("Index", "%q is not the name of a file", name)
		}
	}
	if cfg.Fallback != "" && (cfg.Fallback == "." || !fs.ValidPath(cfg.Fallback)) {
		f.Add("Fallback", "%q is not the path of a file below Dir or FS", cfg.Fallback)
	}
	for _, ext := range slices.Sorted(maps.Keys(cfg.Types)) {
		if !strings.HasPrefix(ext, ".") || ext != strings.ToLower(ext) {
			f.Add("Types", "%q is not an extension in lower case", ext)
		}
	}
	if cfg.MaxAge < 0 {
		f.Add("MaxAge", "%v is negative", cfg.MaxAge)
	}
	if cfg.MaxFile < 0 || cfg.MaxFile > maxHashed {
		f.Add("MaxFile", "%d is not between 0 and %d", cfg.MaxFile, maxHashed)
	}
	if d := cfg.withDefaults(); d.Memory < d.MaxFile {
		f.Add("Memory", "%d is less than MaxFile, %d", d.Memory, d.MaxFile)
	}
	if err := cfg.Offload.validate(); err != nil {
		f.Add("Offload", "%w", err)
	}
	return f.Join()
}

// withDefaults returns a copy that is complete.
func (cfg Config) withDefaults() Config {
	if cfg.Prefix == "/" {
		cfg.Prefix = ""
	}
	if cfg.Index == nil {
		cfg.Index = []string{"index.html"}
	}
	settings.Default(&cfg.MaxFile, 1<<20)
	settings.Default(&cfg.Memory, 64<<20)
	if abs, err := filepath.Abs(cfg.Dir); err == nil && cfg.Dir != "" {
		cfg.Dir = abs
	}
	return cfg
}
