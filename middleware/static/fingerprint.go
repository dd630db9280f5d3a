package static

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gangplank-web/gangplank"
)

// site is one middleware as it stands around a request.
type site struct {
	*files
	mount string // what stands before Prefix in the client's path, encoded
	outer *site
}

var sites = gangplank.NewSlot[*site]("static files")

// Path returns the URL path of a file of the nearest static middleware around the
// handler that has it: mount point, prefix, and the name with a fingerprint of the
// content in front of the extension. What is sent under that URL never changes, so
// clients need not ask again:
//
//	static.Path(r, "css/app.css") // "/assets/css/app.0f343b0931126a20.css"
//
// What the file itself refers to, as a style sheet does by url(...), has no
// fingerprint and is asked for each time. A file of more than 64 MiB, and one that
// is not there, gets its plain URL. Outside of a static middleware Path panics:
// there it could not know where the files are.
func Path(r *http.Request, name string) string {
	nearest := sites.Get(r)
	if nearest == nil {
		panic("static: Path: the handler is not inside a static middleware (static.New)")
	}
	name = strings.TrimPrefix(name, "/")
	for s := nearest; s != nil; s = s.outer {
		if e, err := s.lookup(name); err == nil && s.sent(name) && e.load(s.files) == nil {
			return s.url(e.printed())
		}
	}
	return nearest.url(name)
}

func (s *site) url(name string) string {
	return s.mount + (&url.URL{Path: s.Prefix + "/" + name}).EscapedPath()
}
