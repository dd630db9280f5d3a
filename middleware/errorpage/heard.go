package errorpage

import (
	"cmp"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/posted"
)

// maxHeard is how much of a body is kept.
const maxHeard = 16 << 10

// A heardBody keeps the beginning of what a handler itself reads of a body of
// text, in development mode: nobody can read it again for the page. It asks for
// nothing that the handler does not ask for, so that it changes neither when a client
// that expects 100 Continue is answered nor what is left unread.
type heardBody struct {
	io.ReadCloser
	mediaType string
	length    int64 // as stated

	mu    sync.Mutex // a handler that was given up may still be reading
	text  []byte
	read  int64
	ended bool
}

var heardBodies = gangplank.NewSlot[*heardBody]("heard body")

// hear returns a copy of r whose body is kept, or r if that is no text.
func hear(r *http.Request) *http.Request {
	if r.Body == nil || r.Body == http.NoBody || r.Header.Get("Content-Encoding") != "" {
		return r
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != urlencoded && !isJSON(kind) {
		return r
	}
	b := &heardBody{ReadCloser: r.Body, mediaType: kind, length: r.ContentLength}
	heardBodies.Set(r, b)
	copied := new(http.Request) // the outer layers' request stays as it is
	*copied = *r
	copied.Body = b
	return copied
}

func isJSON(mediaType string) bool {
	return mediaType == "application/json" || strings.HasPrefix(mediaType, "application/") && strings.HasSuffix(mediaType, "+json")
}

// Read implements io.Reader.
func (b *heardBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text = append(b.text, p[:min(n, maxHeard-len(b.text))]...)
	b.read += int64(n)
	b.ended = b.ended || err == io.EOF
	return n, err
}

// form is what was read, or nil.
func (b *heardBody) form() *sentForm {
	b.mu.Lock()
	text, read, all := string(b.text), b.read, b.ended || b.read == b.length
	b.mu.Unlock()
	if read == 0 {
		return nil
	}
	f := &sentForm{mediaType: b.mediaType}
	if !all || read > maxHeard {
		f.note = fmt.Sprintf("The first %d bytes of the body, of which the handler has read %d.", len(text), read)
	}
	if b.mediaType == urlencoded {
		values, err := url.ParseQuery(text)
		if err != nil {
			f.note = cmp.Or(f.note, "The body is not these fields alone: a part could not be read.")
		}
		f.fields = valueFields(values)
		return f
	}
	body := posted.Field{Name: "body", Text: text}
	f.fields = func(yield func(posted.Field) bool) { yield(body) }
	f.json = func(text func(posted.Field) string) string { return text(body) }
	if !utf8.ValidString(text) {
		f.note = cmp.Or(f.note, "The body is not in UTF-8.")
	}
	return f
}
