package gangplank_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gangplank-web/gangplank"
)

// relabelled is what somebody without a Writer puts around net/http's to change the
// Content-Length of the head.
type relabelled struct {
	http.ResponseWriter
	change func(h http.Header)
	done   bool
}

func (w *relabelled) Write(p []byte) (int, error) {
	if !w.done {
		w.done = true
		w.change(w.Header())
	}
	return w.ResponseWriter.Write(p)
}

func (w *relabelled) Flush() { w.ResponseWriter.(http.Flusher).Flush() }

// A response is held to the Content-Length that its head has: not to one that a hook
// has taken out of it, or put another in place of. The client gets what it would by
// net/http, and an access log is told what the client got.
func TestHookChangesLength(t *testing.T) {
	taken := func(h http.Header) { h.Del("Content-Length") }
	set := func(length string) func(http.Header) {
		return func(h http.Header) { h.Set("Content-Length", length) }
	}
	for _, tt := range []struct {
		desc     string
		declared string
		change   func(h http.Header)
		whole    bool // as far as the client can know
	}{
		{"taken", "99", taken, true},
		{"corrected", "99", set("12"), true},
		{"nonsense", "99", set("many"), true},
		{"made too long", "12", set("99"), false},
		{"made too short", "12", set("3"), false},
		{"left", "99", func(http.Header) {}, false},
	} {
		for _, flushes := range []bool{false, true} {
			h := helloInHalves(tt.declared, flushes)
			want := fetched(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				h(&relabelled{ResponseWriter: w, change: tt.change}, r)
			}))
			gw := new(gangplank.Writer)
			hook := hooking(func(_ *gangplank.Writer, h http.Header) { tt.change(h) })
			got := fetched(t, counting(&gw)(hook(h)))
			if got != want || tt.whole != (got == "hello, world <nil>") {
				t.Errorf("%s, flushed %v: got %s, from net/http %s", tt.desc, flushes, got, want)
			}
			if gw.Broken() == tt.whole {
				t.Errorf("%s, flushed %v: Broken is %v", tt.desc, flushes, gw.Broken())
			}
		}
	}
}

// What follows the head may be longer than what was declared, if a hook has taken
// that out of it.
func TestHookTakesLengthThatIsTooShort(t *testing.T) {
	taken := hooking(func(_ *gangplank.Writer, h http.Header) { h.Del("Content-Length") })
	if got := fetched(t, taken(helloInHalves("7", true))); got != "hello, world <nil>" {
		t.Errorf("got %s", got)
	}
}

// A transform's body is held to what its handler has declared, although the head has
// another length or none, and the transform's layer may itself have removed it.
func TestTransformOfLessThanDeclared(t *testing.T) {
	shout := encoding(func(dst io.Writer) gangplank.Encoder { return upper{dst} })
	for _, flushes := range []bool{false, true} {
		if got := fetched(t, shout(helloInHalves("99", flushes))); got == "HELLO, WORLD. <nil>" || got == "HELLO, |WORLD. <nil>" {
			t.Errorf("flushed %v: got %s", flushes, got)
		}
	}
}

// helloInHalves writes "hello, world", whatever length it declares.
func helloInHalves(declared string, flushes bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", declared)
		io.WriteString(w, "hello, ")
		if flushes {
			w.(http.Flusher).Flush()
		}
		io.WriteString(w, "world")
	}
}

// fetched is the body that a client gets of h, and the error with which it ends.
func fetched(t *testing.T, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	defer server.Close() // waits for the request's end
	answer, err := server.Client().Get(server.URL)
	if err != nil {
		return fmt.Sprint("nothing ", err != nil)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return fmt.Sprintf("%s %v", body, err)
}
