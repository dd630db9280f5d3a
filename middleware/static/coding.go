package static

import (
	"net/http"
	"time"

	"github.com/gangplank-web/gangplank/middleware/internal/accept"
)

// The content codings, in the order in which they are preferred.
const (
	brotli = iota
	zstandard
	gzipped
	codings
	identity = -1
)

var (
	codingNames = [codings]string{"br", "zstd", "gzip"}
	extensions  = [codings]string{".br", ".zst", ".gz"}
)

// siblings is which files lay beside another, compressed, when somebody looked.
type siblings struct {
	looked time.Time
	there  [codings]bool
}

// siblingsFor is how long it takes at most until a compressed file is noticed that
// appears beside another which has not changed. One that is known is looked up
// for each request.
const siblingsFor = 5 * time.Second

func (e *entry) beside(f *files) *siblings {
	now := time.Now()
	if s := e.siblings.Load(); s != nil && now.Sub(s.looked) < siblingsFor {
		return s
	}
	s := &siblings{looked: now}
	for c, ext := range extensions {
		_, err := f.sibling(e, ext)
		s.there[c] = err == nil
	}
	e.siblings.Store(s)
	return s
}

// sibling returns a compressed file beside e. One that is older was made from
// another version; but some compressors give theirs the original's time without
// the fraction of the second.
func (f *files) sibling(e *entry, ext string) (*entry, error) {
	s, err := f.lookup(e.name + ext)
	if err != nil {
		return nil, err
	}
	if s.info.ModTime().Before(e.info.ModTime().Truncate(time.Second)) {
		return nil, errChanged
	}
	return s, nil
}

// form is the form in which a file is sent.
type form struct {
	*entry
	coding     int
	negotiated bool // the client had a say in it
}

// represent chooses the form in which e is sent. Where what the client likes best
// turns out not to be there, the next best will do.
func (f *files) represent(e *entry, r *http.Request) form {
	beside := e.beside(f)
	packs := f.packs(e)
	names, numbers := make([]string, 0, codings), make([]int, 0, codings)
	for c, name := range codingNames {
		if beside.there[c] || packs && c != brotli {
			names, numbers = append(names, name), append(numbers, c)
		}
	}
	negotiated := len(names) > 0
	for len(names) > 0 {
		i, _ := accept.Encoding(r.Header["Accept-Encoding"], names)
		if i < 0 {
			break
		}
		if encoded := f.encoded(e, numbers[i], beside, packs); encoded != nil {
			return form{encoded, numbers[i], true}
		}
		names, numbers = append(names[:i], names[i+1:]...), append(numbers[:i], numbers[i+1:]...)
	}
	return form{e, identity, negotiated}
}

// encoded returns e in a coding: what lies beside it, or what was or can be made of
// it; nil if there is nothing.
func (f *files) encoded(e *entry, coding int, beside *siblings, packs bool) *entry {
	if beside.there[coding] {
		if s, err := f.sibling(e, extensions[coding]); err == nil {
			return s
		}
	}
	if packs && coding != brotli {
		return f.packed(e, coding)
	}
	return nil
}
