package lint

import (
	"io"
	"net/http"
	"path"
	"reflect"
	"strings"
	"sync/atomic"

	"github.com/gangplank-web/gangplank/middleware/internal/posted"
)

// body is what a layer inside reads as the request's. It knows when its time is
// over, and whether somebody has closed it.
type body struct {
	io.ReadCloser
	v      *visit // of the first probe that saw it
	ended  atomic.Bool
	closed atomic.Bool
}

// watch puts a body that no probe has seen yet into a copy of the request, and
// leaves it with the probe outside of the layer that it comes from, which judges
// what became of it.
func (v *visit) watch() {
	if _, known := v.req.Body.(*body); known || v.req.Body == nil || v.req.Body == http.NoBody {
		return
	}
	b := &body{ReadCloser: v.req.Body, v: v}
	if v.req == v.given {
		copied := *v.req
		v.req = &copied
	}
	v.req.Body = b
	if v.outer != nil && owesClose(b.ReadCloser) {
		v.outer.put = append(v.outer.put, b)
	}
}

// giveBack tells the request that came what handlers write down in theirs.
func (v *visit) giveBack() {
	if v.req != v.given {
		posted.GiveBack(v.given, v.req)
	}
}

func (b *body) Read(p []byte) (int, error) {
	if b.v.trace.first.w.isOver() {
		who := caller()
		b.v.tell(ReadAfterReturn, who, "the request's body is read by %s, when all handlers had returned", who)
	}
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		b.ended.Store(true)
	}
	return n, err
}

func (b *body) Close() error {
	b.closed.Store(true)
	return b.ReadCloser.Close()
}

// checkBodies looks at what the layer inside, which has returned, has put into the
// request.
func (v *visit) checkBodies() {
	v.trace.mu.Lock()
	bodies := v.put
	v.trace.mu.Unlock()
	for _, b := range bodies {
		if b.isLeft() {
			v.tell(BodyNotClosed, v.inside, "the body that it put into the request, a %T, was not closed: the server closes only its own", b.ReadCloser)
		}
	}
}

// isLeft tells whether a body was closed neither by a handler, which is seen, nor
// by its own layer, which is not: so it is asked, in a way that takes nothing from
// it and does not block, as a Read before the end could.
func (b *body) isLeft() bool {
	if b.closed.Load() || !b.v.hasEnded() {
		return false
	}
	if s, ok := b.ReadCloser.(io.Seeker); ok {
		_, err := s.Seek(0, io.SeekCurrent)
		return err == nil
	}
	if !b.ended.Load() {
		return false
	}
	_, err := b.ReadCloser.Read(make([]byte, 1))
	return err == nil || err == io.EOF
}

var (
	bodyType   = reflect.TypeFor[*body]()
	closerType = reflect.TypeFor[io.Closer]()
	nopClosers = [...]reflect.Type{reflect.TypeOf(io.NopCloser(nil)), reflect.TypeOf(io.NopCloser(strings.NewReader("")))}
)

// maxWrappers is how many bodies, each within another, are looked through.
const maxWrappers = 4

// owesClose tells whether a body is the layer's to close. One that holds the body
// outside is not: closing it would close that, which is the server's to do, when
// the answer is out. (net/http's Close waits for what the client has not sent, and
// with Expect: 100-continue the client is waiting for the answer.)
func owesClose(b io.ReadCloser) bool {
	t := reflect.TypeOf(b)
	if t == nopClosers[0] || t == nopClosers[1] {
		return false
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch path.Base(t.PkgPath()) {
	case "flate", "gzip", "zlib": // their Close frees nothing, and does not show
		return false
	}
	return !holdsBody(reflect.ValueOf(b), maxWrappers)
}

// holdsBody looks through the fields that can be closed.
func holdsBody(v reflect.Value, depth int) bool {
	switch {
	case depth == 0 || !v.IsValid():
		return false
	case v.Type() == bodyType:
		return true
	case v.Kind() == reflect.Interface:
		return holdsBody(v.Elem(), depth)
	case v.Kind() == reflect.Pointer:
		return holdsBody(v.Elem(), depth-1)
	case v.Kind() != reflect.Struct:
		return false
	}
	for i := range v.NumField() {
		field := v.Field(i)
		if reflect.PointerTo(field.Type()).Implements(closerType) || field.Type().Implements(closerType) {
			if holdsBody(field, depth) {
				return true
			}
		}
	}
	return false
}
