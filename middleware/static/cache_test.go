package static_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/static"
)

// Whatever is asked for in whatever forms, by however many, memory is bounded, and
// what is asked for often stays.
func TestMemory(t *testing.T) {
	t.Parallel()
	files := map[string]string{}
	for i := range 40 {
		files[fmt.Sprintf("%d.js", i)] = fmt.Sprintf("%d %s", i, text)
	}
	dir := tree(t, files)
	used, entries := static.Kept(static.Config{Dir: dir, MaxFile: 8 << 10, Memory: 32 << 10}, func(h http.Handler) {
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for i := range 40 {
					for _, accept := range []string{"", "gzip", "zstd"} {
						name := fmt.Sprintf("%d.js", i)
						if got := decode(t, get(h, "/"+name, "Accept-Encoding: "+accept)); got != files[name] {
							t.Errorf("%s: got %d bytes", name, len(got))
						}
					}
				}
			})
		}
		wg.Wait()
	})
	if used > 32<<10 || entries < 5 {
		t.Errorf("kept %d bytes in %d entries, want some, but no more than %d bytes", used, entries, 32<<10)
	}
	_, entries = static.Kept(static.Config{Dir: dir}, func(h http.Handler) {
		for range 3 {
			get(h, "/1.js", browser)
			get(h, "/nothing.js", browser)
			get(h, "/2.js")
		}
	})
	if entries != 2 {
		t.Errorf("got %d entries, want 2: what is not there is not kept", entries)
	}
}

// TestAllocates holds what is sent most often to what it costs: the field values, the
// length and what os.Root needs to look at a file.
func TestAllocates(t *testing.T) {
	dir := tree(t, map[string]string{"css/a.js": text})
	h := site(t, static.Config{Dir: dir})
	w, r := &discard{h: http.Header{}}, newRequest("/css/a.js", browser)
	if n := testing.AllocsPerRun(100, func() { clear(w.h); h.ServeHTTP(w, r) }); n > 8 {
		t.Errorf("got %v allocations, want at most 8", n)
	}
	if w.n == 0 {
		t.Error("nothing was sent")
	}
}

type discard struct {
	h http.Header
	n int
}

func (w *discard) Header() http.Header { return w.h }
func (w *discard) WriteHeader(int)     {}
func (w *discard) Write(p []byte) (int, error) {
	w.n += len(p)
	return len(p), nil
}
