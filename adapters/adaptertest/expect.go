package adaptertest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// expect compares the answer with what the case wants.
func (k *call) expect(w want) {
	if w.broken {
		k.expectBroken()
		return
	}
	if !k.head() {
		return
	}
	if w.status == 0 {
		w.status = http.StatusOK
	}
	x := k.x
	if k.res.StatusCode != w.status {
		x.errorf("status: got %d, want %d; body %s", k.res.StatusCode, w.status, brief(k.body))
	}
	if k.bodyErr != nil {
		x.errorf("body: got %d bytes, then %v", len(k.body), k.bodyErr)
	}
	k.expectBody(w)
	for _, name := range slices.Sorted(maps.Keys(w.header)) {
		k.expectField(name, w.header[name])
	}
	if w.length > 0 && !x.differs(FrontDropsLength) {
		k.expectField("Content-Length", strconv.Itoa(w.length))
	}
}

func (k *call) expectBody(w want) {
	if w.anyBody {
		return
	}
	body := k.x.expand(w.body)
	if w.pattern > 0 {
		body = string(pattern(w.pattern))
	}
	if got := string(k.body); got != body {
		k.x.errorf("body: got %s, want %s", brief(got), brief(body))
	}
}

func (k *call) expectField(name, value string) {
	if got := field(k.res.Header, name); got != k.x.expand(value) {
		k.x.errorf("field %s: got %s, want %s", name, brief(got), brief(k.x.expand(value)))
	}
}

// expectBroken wants an answer that nobody takes for a complete one: none at
// all, an error, or one whose body breaks off.
func (k *call) expectBroken() {
	if k.x.differs(BrokenAnswerNotSignalled) {
		return
	}
	if k.x.ctx.Err() != nil {
		k.x.errorf("the answer did not end in time: got %s, want it broken off", k.answer())
		return
	}
	if k.err == nil && k.bodyErr == nil && k.res.StatusCode < 500 {
		k.x.errorf("the answer looks complete: got %s, want it broken off or an error", k.answer())
	}
}

// expectFacts compares what the handler told with what it must have seen.
func (k *call) expectFacts(f facts) {
	if len(f) == 0 {
		return
	}
	line := k.handler()
	for _, name := range slices.Sorted(maps.Keys(f)) {
		got, want := absent, k.x.expand(f[name])
		if values := line.all(name); len(values) > 0 {
			got = strings.Join(values, " then ")
		}
		if got != want {
			k.x.errorf("%s: got %s, want %s", name, brief(got), brief(want))
		}
	}
}

// field is the value of a header field as one string.
func field(h http.Header, name string) string {
	values, ok := h[http.CanonicalHeaderKey(name)]
	if !ok {
		return absent
	}
	return strings.Join(values, ", ")
}

// brief quotes what is short and sums up what is long.
func brief[T string | []byte](p T) string {
	if len(p) <= 120 {
		return strconv.Quote(string(p))
	}
	return fmt.Sprintf("%q... (%s)", p[:40], sum([]byte(p)))
}
