package compress

import (
	"net/http"
	"sync/atomic"

	"github.com/gangplank-web/gangplank"
)

// New returns the middleware. It panics if the configuration is wrong; see
// [Config.Validate].
func New(cfg Config) gangplank.Middleware {
	if err := cfg.Validate(); err != nil {
		panic("compress: " + err.Error())
	}
	if cfg.FrontServerCompresses {
		return func(next http.Handler) http.Handler { return next }
	}
	c := newCompressor(cfg.withDefaults())
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
			c.serve(w, r, next)
		})
	}
}

var off = gangplank.NewSlot[bool]("compress off")

// Off lets the response to r pass as it is: for pages that show a secret beside
// what the client sent, see the package comment. It acts until the head of the
// response is out.
func Off(r *http.Request) { off.Set(r, true) }

// compressor is a compiled Config.
type compressor struct {
	names    []string // of the codings
	suffixes []string // of their entity tags: `-gzip"`
	pools    []*pool
	types    mediaTypes
	minSize  int
	padding  int
	streams  atomic.Int64
	most     int64 // of streams
}

func newCompressor(cfg Config) *compressor {
	c := &compressor{minSize: cfg.MinSize, padding: cfg.Padding, most: int64(cfg.MaxStreams)}
	c.types, _ = parseTypes(cfg.Types)
	for _, e := range cfg.Encodings {
		c.names = append(c.names, e.Name())
		c.suffixes = append(c.suffixes, "-"+e.Name()+`"`)
		c.pools = append(c.pools, newPool(e))
	}
	return c
}

func (c *compressor) serve(w *gangplank.Writer, r *http.Request, next http.Handler) {
	s := &response{c: c, w: w, r: r, accept: r.Header["Accept-Encoding"], inHandler: true}
	w.Hold(c.minSize)
	w.BeforeHead(s.decide)
	defer s.leave()
	next.ServeHTTP(w, c.withPlainTags(r))
}

// response is one response on its way through a compressor.
type response struct {
	c *compressor
	w *gangplank.Writer
	r *http.Request

	accept    []string // as it came: a handler may take it out, for a proxied request
	coding    int      // index of the chosen one
	encoder   *pooled
	begun     bool // padded, if that is asked for
	inHandler bool // next has not returned yet
	streams   bool // counted as one of c.streams

	vary, contentEncoding [1]string // values of the fields that we set
}

// decide runs just before the head goes out.
func (s *response) decide(status int, h http.Header) {
	switch status {
	case http.StatusNotModified: // of what type the page is, it does not say
		s.addVary(h)
		s.confirmTag(h)
		return
	case http.StatusPartialContent: // parts of the plain body; the whole may be another matter
		s.addVary(h)
		return
	}
	if !s.encodable(status, h) {
		return
	}
	s.addVary(h)
	if transformForbidden(s.r.Header) || off.Get(s.r) {
		return
	}
	accepted := parseAccept(s.accept, s.c.names)
	coding, insists := accepted.choose(len(s.c.names))
	if coding >= 0 && s.worthIt(h, insists) && s.c.streams.Load() < s.c.most {
		s.encode(h, coding)
	}
}

// encodable reports whether some request could get the response encoded.
func (s *response) encodable(status int, h http.Header) bool {
	switch {
	case status < 200, status == http.StatusNoContent, status == http.StatusResetContent:
		return false
	case len(h["Content-Encoding"]) > 0, len(h["Content-Range"]) > 0:
		return false
	case transformForbidden(h), carriesDigest(h):
		return false
	}
	types := h["Content-Type"]
	return len(types) > 0 && s.c.types.match(types[0])
}

// worthIt judges by the size, as far as it is known. A client that insists on an
// encoded body gets it even if it is small.
func (s *response) worthIt(h http.Header, insists bool) bool {
	declared := declaredLength(h)
	size, whole := s.w.Bytes(), s.w.Complete()
	switch {
	case s.r.Method == http.MethodHead && (declared >= 0 || size == 0 && whole):
		size = declared // -1: the handler leaves it open what it would have written
	case !whole && declared < 0: // a stream, or more than is held back
		return true
	case !whole:
		size = declared
	case declared >= 0 && declared != size: // broken; encoded, with another length, it would look whole
		return false
	}
	return size > 0 && (insists || size >= int64(s.c.minSize))
}

func (s *response) encode(h http.Header, coding int) {
	s.coding = coding
	s.contentEncoding[0] = s.c.names[coding]
	h["Content-Encoding"] = s.contentEncoding[:1:1]
	delete(h, "Accept-Ranges") // they would be ranges of the plain body
	if tags := h["Etag"]; len(tags) > 0 {
		h["Etag"] = []string{s.c.encodedTag(tags[0], coding)}
	}
	s.w.Encode(s.open)
}

// confirmTag gives a 304 response the tag by which the client knows the page.
func (s *response) confirmTag(h http.Header) {
	noneMatch, tags := s.r.Header["If-None-Match"], h["Etag"]
	if len(noneMatch) == 0 || len(tags) == 0 || !isStrong(tags[0]) {
		return
	}
	accepted := parseAccept(s.accept, s.c.names)
	coding, _ := accepted.choose(len(s.c.names))
	if known := s.c.knownTag(tags[0], noneMatch, coding); known != tags[0] {
		h["Etag"] = []string{known}
	}
}
