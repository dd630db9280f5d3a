package compress

import (
	"math"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/accept"
	"github.com/gangplank-web/gangplank/middleware/internal/mediatype"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// New returns the middleware. It panics if the configuration is wrong; see
// [Config.Validate].
func New(cfg Config) gangplank.Middleware {
	settings.Check("compress", cfg.Validate())
	if cfg.FrontServerCompresses {
		return (&compressor{suffixes: frontSuffixes}).confirming
	}
	c := newCompressor(cfg.withDefaults())
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
			c.serve(w, r, next)
		})
	}
}

// Off lets the response to r pass as it is: for pages that show a secret beside
// what the client sent, see the package comment. It acts until the head of the
// response is out.
func Off(r *http.Request) {
	if states.Get(r) == nil {
		states.Set(r, off)
	}
}

// states holds off, or what is being encoded.
var (
	states = gangplank.NewSlot[*response]("compress")
	off    = new(response)
)

// compressor is a compiled Config.
type compressor struct {
	names    []string // of the codings
	suffixes []string // of their entity tags, then those of front servers
	pools    []*pool
	types    mediatype.Set
	minSize  int
	padding  int
	streams  atomic.Int64
	most     int64 // of streams
}

func newCompressor(cfg Config) *compressor {
	c := &compressor{minSize: cfg.MinSize, padding: cfg.Padding, most: int64(cfg.MaxStreams)}
	c.types, _ = mediatype.Parse(cfg.Types)
	for _, e := range cfg.Encodings {
		c.names = append(c.names, e.Name())
		c.suffixes = append(c.suffixes, suffix(e.Name()))
		c.pools = append(c.pools, newPool(e))
	}
	for _, s := range frontSuffixes {
		if !slices.Contains(c.suffixes, s) {
			c.suffixes = append(c.suffixes, s)
		}
	}
	return c
}

func (c *compressor) serve(w *gangplank.Writer, r *http.Request, next http.Handler) {
	w.Hold(c.minSize)
	if r == w.Request() {
		w.BeforeHeadCall(c)
	} else { // a layer outside may have changed what is accepted
		w.BeforeHead(func(status int, h http.Header) { c.BeforeHead(w, r, status, h) })
	}
	defer c.leave(r)
	next.ServeHTTP(w, c.withPlainTags(r))
}

// BeforeHead decides about one response: until there is something to encode,
// nothing is allocated for it.
func (c *compressor) BeforeHead(w *gangplank.Writer, r *http.Request, status int, h http.Header) {
	p := readHead(h)
	switch {
	case status == http.StatusNotModified: // of what type the page is, it does not say
		addVary(w, h, p.vary)
		c.confirmTag(r, h)
	case status == http.StatusPartialContent: // parts of the plain body; the whole may be another matter
		if c.types.Has(p.contentType) || strings.HasPrefix(p.contentType, "multipart/byteranges") {
			addVary(w, h, p.vary)
		}
	case status < 200, status == http.StatusNoContent, status == http.StatusResetContent:
	case p.fixed, !c.types.Has(p.contentType): // no request could get it encoded
	default:
		if coding := c.choose(w, r, p.length); coding >= 0 {
			c.encode(w, r, h, p, coding)
		} else {
			addVary(w, h, p.vary)
		}
	}
}

// choose returns the index of the coding for a response, or -1. A client that
// insists on an encoded body gets it even if it is small.
func (c *compressor) choose(w *gangplank.Writer, r *http.Request, declared int64) int {
	lines := r.Header["Accept-Encoding"]
	size := expectedSize(w, r, declared)
	small := size < int64(c.minSize)
	if size == 0 || small && !accept.Weighted(lines) {
		return -1 // so it is with most small answers
	}
	coding, insists := accept.Encoding(lines, c.names)
	if coding < 0 || small && !insists || transformForbidden(r.Header["Cache-Control"]) || states.Get(r) == off || c.streams.Load() >= c.most {
		return -1
	}
	return coding
}

// expectedSize is that of the plain body. It is 0 as well where it must not, or
// need not, be encoded, and of a stream the most that there is.
func expectedSize(w *gangplank.Writer, r *http.Request, declared int64) int64 {
	size, whole := w.Bytes(), w.Complete()
	switch {
	case r.Method == http.MethodHead && (declared >= 0 || size == 0 && whole):
		return max(declared, 0) // the handler may leave it open what it would have written
	case !whole && declared < 0: // a stream, or more than is held back
		return math.MaxInt64
	case !whole:
		return declared
	case declared >= 0 && declared != size: // broken, and to look so
		return 0
	}
	return size
}

// encode changes the head to that of an encoded response.
func (c *compressor) encode(w *gangplank.Writer, r *http.Request, h http.Header, p head, coding int) {
	s := &response{c: c, pool: c.pools[coding], inHandler: !w.Complete(), outer: states.Get(r)}
	states.Set(r, s)
	addVary(w, h, p.vary)
	s.name[0] = c.names[coding]
	h["Content-Encoding"] = s.name[:1:1]
	delete(h, "Accept-Ranges") // they would be ranges of the plain body
	if tags := h["Etag"]; len(tags) > 0 {
		h["Etag"] = []string{c.encodedTag(tags[0], coding)}
	}
	w.EncodeWith(s)
}
