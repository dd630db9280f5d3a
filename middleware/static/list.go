package static

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"path"
	"time"

	"github.com/gangplank-web/gangplank"
)

// maxListed bounds what is read of a folder, and the length of its page.
const maxListed = 10_000

// item is a file or a folder on the page.
type item struct {
	Name   string
	Href   string
	Folder bool
	Bytes  int64
	At     time.Time // the zero time if not known
}

// list answers with the page of a folder. It was there a moment ago.
func (f *files) list(w http.ResponseWriter, r *http.Request, folder string) {
	items, more, err := f.items(folder)
	if err != nil {
		if !refuse(w, r, err) {
			gangplank.Fail(w, r, gangplank.Error(http.StatusNotFound, "").Because(err))
		}
		return
	}
	order := parseOrder(r.URL.Query().Get("sort"))
	order.sort(items)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Security-Policy", listPolicy())
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Method == http.MethodHead {
		return
	}
	if err := listPage().Execute(w, f.view(r, folder, items, order, more)); err != nil {
		gangplank.From(r).Logger().Debug("static: a folder's page was not sent", "error", err)
	}
}

// items reads a folder. What would not be sent is not shown.
func (f *files) items(folder string) (items []item, more bool, err error) {
	file, err := f.fsys.Open(folder)
	if err != nil {
		return nil, false, err
	}
	defer file.Close()
	dir, ok := file.(fs.ReadDirFile)
	if !ok {
		return nil, false, fs.ErrNotExist
	}
	entries, err := dir.ReadDir(maxListed + 1)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, false, readingFailed(err)
	}
	more = len(entries) > maxListed
	for _, e := range entries[:min(len(entries), maxListed)] {
		if it, ok := f.item(folder, e); ok {
			items = append(items, it)
		}
	}
	return items, more, nil
}

func (f *files) item(folder string, e fs.DirEntry) (item, bool) {
	name := path.Join(folder, e.Name())
	if !f.sent(name) {
		return item{}, false
	}
	info, err := e.Info()
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		info, err = fs.Stat(f.fsys, name) // fails where the link leads out of Dir
	}
	if err != nil || !info.IsDir() && !info.Mode().IsRegular() {
		return item{}, false
	}
	it := item{Name: e.Name(), Href: relative(e.Name()), Folder: info.IsDir(), At: info.ModTime()}
	if it.Folder {
		it.Href += "/"
	} else {
		it.Bytes = info.Size()
	}
	return it, true
}
