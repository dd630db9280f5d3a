package static

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/mount"
)

var (
	//go:embed list.html
	listHTML string
	//go:embed list.css
	listCSS string
)

// listPage is parsed when the first folder is listed: programs that list none do
// not pay for it at their start.
var listPage = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("list").Funcs(template.FuncMap{"size": humanSize}).Parse(listHTML))
})

// listPolicy allows the page its own style sheet, by its digest, and nothing else.
var listPolicy = sync.OnceValue(func() string {
	sum := sha256.Sum256([]byte(listCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
})

// listing is what the page shows.
type listing struct {
	CSS     template.CSS
	Path    string // of the folder, as the address bar has it, but decoded
	Trail   []step // the folders above, from the top
	Name    string // of the folder itself
	Columns []column
	Items   []item
	Summary string
	More    bool // there are more than are shown
}

// step is a folder on the way to the one that is shown.
type step struct{ Name, Href string }

func (f *files) view(r *http.Request, folder string, items []item, order order, more bool) listing {
	top := f.Prefix
	if at, err := url.PathUnescape(mount.Point(r, gangplank.From(r))); err == nil {
		top = at + f.Prefix
	}
	l := listing{CSS: template.CSS(listCSS), Path: top + "/", Name: top + "/", Columns: order.columns(), Items: items, More: more}
	if folder != "." {
		l.Path += folder + "/"
		names := append([]string{top + "/"}, strings.Split(folder, "/")...)
		for i, name := range names[:len(names)-1] {
			l.Trail = append(l.Trail, step{name, strings.Repeat("../", len(names)-1-i)})
		}
		l.Name = names[len(names)-1]
	}
	l.Summary = summary(items)
	return l
}

// Parent is where the folder above is; empty at the top.
func (l listing) Parent() string {
	if len(l.Trail) == 0 {
		return ""
	}
	return "../"
}

func summary(items []item) string {
	var folders, files int
	var total int64
	for _, it := range items {
		if it.Folder {
			folders++
		} else {
			files++
			total += it.Bytes
		}
	}
	if files == 0 {
		return count(folders, "folder")
	}
	s := count(files, "file") + ", " + humanSize(total)
	if folders > 0 {
		s = count(folders, "folder") + ", " + s
	}
	return s
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// humanSize rounds to what a person compares.
func humanSize(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	f, unit := float64(n), 0
	for f >= 999.5 && unit < len(units)-1 {
		f, unit = f/1000, unit+1
	}
	if f < 9.95 {
		return fmt.Sprintf("%.1f %s", f, units[unit])
	}
	return fmt.Sprintf("%.0f %s", f, units[unit])
}

var units = []string{"B", "kB", "MB", "GB", "TB", "PB", "EB"}

// relative is a link to a name in the folder of the page. In front of it stands a
// dot, for "a:b" would be a scheme otherwise.
func relative(name string) string { return "./" + (&url.URL{Path: name}).EscapedPath() }
