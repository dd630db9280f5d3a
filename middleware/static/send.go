package static

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/gangplank-web/gangplank"
)

// send answers with a file.
func (f *files) send(w http.ResponseWriter, r *http.Request, got found) {
	if f.Offload.active() {
		f.offload(w, got)
		return
	}
	form := f.represent(got.entry, r)
	if form.body == nil {
		f.stream(w, r, got, form)
		return
	}
	f.setHeader(w.Header(), got, form)
	switch {
	case conditional(r):
		serveContent(w, r, form, bytes.NewReader(form.body))
	case r.Method == http.MethodHead:
		setLength(w.Header(), form)
	default:
		setLength(w.Header(), form)
		_, _ = w.Write(form.body) // the client is gone: nobody is left to be told
	}
}

// stream sends a file that is not kept in memory.
func (f *files) stream(w http.ResponseWriter, r *http.Request, got found, form form) {
	file, err := form.open(f.fsys)
	if err != nil {
		if !refuse(w, r, err) {
			gangplank.Fail(w, r, gangplank.Error(http.StatusNotFound, "").Because(err)) // gone meanwhile
		}
		return
	}
	defer file.Close()
	content, ok := file.(io.ReadSeeker)
	if !ok {
		gangplank.Fail(w, r, fmt.Errorf("static: %s has more than MaxFile bytes, but its file system cannot seek", form.name))
		return
	}
	f.setHeader(w.Header(), got, form)
	if !conditional(r) {
		setLength(w.Header(), form)
	}
	serveContent(w, r, form, content)
}

// offload has the front server send the file, which also chooses its coding and
// answers conditional requests.
func (f *files) offload(w http.ResponseWriter, got found) {
	h := w.Header()
	h.Set("Content-Type", f.mediaType(got.name, nil))
	h.Set("Cache-Control", f.cacheControl(got))
	h.Set("X-Content-Type-Options", "nosniff")
	f.Offload.send(h, got.name)
}

// setHeader sets the fields, whose values share one allocation.
func (f *files) setHeader(h http.Header, got found, form form) {
	values := make([]string, 0, 8)
	set := func(name, value string) {
		if value != "" {
			values = append(values, value)
			h[name] = values[len(values)-1 : len(values) : len(values)]
		}
	}
	set("Accept-Ranges", "bytes")
	set("Cache-Control", f.cacheControl(got))
	set("Content-Type", got.mimeType)
	set("Etag", form.etag)
	set("Last-Modified", form.modified)
	set("X-Content-Type-Options", "nosniff")
	if form.coding != identity {
		set("Content-Encoding", codingNames[form.coding])
	}
	switch {
	case !form.negotiated:
	case h["Vary"] != nil:
		h.Add("Vary", "Accept-Encoding")
	default:
		set("Vary", "Accept-Encoding")
	}
}

// setLength is for what is sent whole: http.ServeContent states the length of
// everything else itself, and would leave this one on a 412.
func setLength(h http.Header, form form) { h["Content-Length"] = []string{form.length} }

// cacheControl does not say "public": files behind a log-in are not.
func (f *files) cacheControl(got found) string {
	switch {
	case got.forever || f.Immutable != nil && f.Immutable(got.name):
		return "max-age=31536000, immutable" // RFC 8246
	case f.MaxAge == 0:
		return "no-cache"
	}
	return "max-age=" + strconv.FormatInt(int64(f.MaxAge.Seconds()), 10)
}

// conditions are the fields that ask for anything but the whole file.
var conditions = []string{"If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Range"}

func conditional(r *http.Request) bool {
	for _, name := range conditions {
		if r.Header[name] != nil {
			return true
		}
	}
	return false
}

// maxRanges is how many ranges one request may ask for, as nginx's max_ranges.
// The answer to more is the whole file (RFC 9110, section 14.2), since each costs
// a part of its own, with a head that is longer than what a hostile client asks for
// in it (CVE-2011-3192).
const maxRanges = 16

// rangesCount reports whether a Range field is to be looked at: not with HEAD, nor
// in a unit that is not ours (section 14.2 likewise; net/http answers them).
func rangesCount(r *http.Request) bool {
	ranges := r.Header.Get("Range")
	return r.Method == http.MethodGet && strings.HasPrefix(ranges, "bytes=") && strings.Count(ranges, ",") < maxRanges
}

func serveContent(w http.ResponseWriter, r *http.Request, form form, content io.ReadSeeker) {
	if r.Header["Range"] != nil && !rangesCount(r) {
		whole := *r
		whole.Header = r.Header.Clone()
		whole.Header.Del("Range")
		r = &whole
	}
	http.ServeContent(w, r, form.name, form.info.ModTime(), content)
}
