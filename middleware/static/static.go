package static

import (
	"io/fs"
	"net/http"
	"os"
	"path"
	"strings"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/mediatype"
	"github.com/gangplank-web/gangplank/middleware/internal/mount"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// New returns a middleware that answers requests for files and passes on all
// others. What stands inside of it can link to the files with [Path].
//
// It panics if the configuration is wrong or Dir cannot be opened.
func New(cfg Config) func(http.Handler) http.Handler {
	f := newFiles(cfg)
	return func(next http.Handler) http.Handler {
		inside := gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			f.enter(r, c)
			next.ServeHTTP(w, r)
		})
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !f.serve(w, r) {
				inside.ServeHTTP(w, r)
			}
		})
	}
}

// Handler returns a handler that answers every request: what is not there with
// 404, and methods other than GET and HEAD with 405.
//
// It panics as New does.
func Handler(cfg Config) http.Handler {
	f := newFiles(cfg)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case f.serve(w, r):
		case reads(r):
			gangplank.Fail(w, r, gangplank.Error(http.StatusNotFound, "There is nothing here."))
		default:
			gangplank.Fail(w, r, gangplank.Error(http.StatusMethodNotAllowed, "").With("Allow", "GET, HEAD"))
		}
	})
}

// files is what New and Handler share.
type files struct {
	Config
	fsys   fs.FS
	cache  cache
	packer packer
	atRoot site // without a mount point
}

func newFiles(cfg Config) *files {
	settings.Check("static", cfg.Validate())
	f := &files{Config: cfg.withDefaults(), fsys: cfg.FS}
	if cfg.Dir != "" {
		root, err := os.OpenRoot(cfg.Dir)
		if err != nil {
			panic("static: Dir: " + err.Error())
		}
		f.fsys = root.FS()
	}
	f.cache.limit, f.cache.dir = f.Memory, f.Dir
	f.packer.types, _ = mediatype.Parse(mediatype.Compressible())
	f.atRoot.files = f
	return f
}

// enter makes the files known to the handlers inside.
func (f *files) enter(r *http.Request, c *gangplank.Context) {
	s := &f.atRoot
	if at, outer := mount.Point(r, c), sites.Get(r); at != "" || outer != nil {
		s = &site{files: f, mount: at, outer: outer}
	}
	sites.Set(r, s)
}

func reads(r *http.Request) bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }

// serve answers the request if there is something to answer it with.
func (f *files) serve(w http.ResponseWriter, r *http.Request) bool {
	if !reads(r) || !f.covers(r.URL.Path) {
		return false
	}
	err := fs.ErrNotExist
	if name, folder, ok := f.fileName(r.URL.Path); ok {
		var got found
		if got, err = f.find(name, folder); err == nil {
			f.answer(w, r, got)
			return true
		}
	}
	return refuse(w, r, err) || f.fallBack(w, r)
}

func (f *files) answer(w http.ResponseWriter, r *http.Request, got found) {
	switch {
	case got.entry != nil:
		f.send(w, r, got)
	case got.folder != "":
		f.list(w, r, got.folder)
	default:
		addSlash(w, r)
	}
}

// fallBack answers with the page of a program that runs in the browser, where
// somebody navigates to a path of its own. A script or an image that is missing must
// not come as a page.
func (f *files) fallBack(w http.ResponseWriter, r *http.Request) bool {
	if f.Fallback == "" {
		return false
	}
	w.Header().Add("Vary", "Accept") // also to what is answered inside
	if !wantsPage(r) {
		return false
	}
	e, err := f.lookup(f.Fallback)
	if err != nil {
		return refuse(w, r, err)
	}
	f.send(w, r, found{entry: e})
	return true
}

// wantsPage reports whether a person navigates: only then do browsers name HTML.
func wantsPage(r *http.Request) bool {
	for _, line := range r.Header["Accept"] {
		if strings.Contains(strings.ToLower(line), "text/html") {
			return true
		}
	}
	return false
}

// addSlash redirects from a folder to itself with a slash, so that its page's
// relative links are right. The redirect is relative as well: it is right wherever
// the files are mounted, and leads to no other host, whatever the path begins with.
func addSlash(w http.ResponseWriter, r *http.Request) {
	full, _, _ := strings.Cut(r.RequestURI, "?")
	if full == "" {
		full = r.URL.EscapedPath()
	}
	target := "./" + path.Base(full) + "/"
	if r.URL.RawQuery != "" {
		target += "?" + r.URL.RawQuery
	}
	w.Header().Set("Location", target)
	w.WriteHeader(http.StatusMovedPermanently)
}
