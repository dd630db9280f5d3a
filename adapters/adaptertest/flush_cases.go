package adaptertest

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Flush. The client tells the handler what has arrived; nothing is timed.
var flushCases = []Case{{
	Name:    "flush/head",
	Doc:     "Flush before any Write sends the head at once (F15): the client has it while the handler waits.",
	except:  []Difference{FrontBuffersAnswer},
	handler: flushHead,
	check: func(x *exchange) {
		k := x.start(request{})
		if k.head() {
			k.let("go on")
		}
		k.finish()
		k.expect(want{status: http.StatusAccepted, body: "body", header: map[string]string{"X-Before": "1", "X-After": absent}})
	},
}, {
	Name: "flush/fixes-head",
	Doc:  "After Flush status and fields stand.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("X-Before", "1")
		p.wantsError("Flush", http.NewResponseController(w).Flush(), nil)
		w.Header().Set("X-After", "1")
		w.WriteHeader(http.StatusTeapot)
		io.WriteString(w, "body")
	},
	want: want{body: "body", header: map[string]string{"X-Before": "1", "X-After": absent}},
}, {
	Name: "flush/interfaces",
	Doc:  "The writer is an http.Flusher, and http.ResponseController gets nil from it.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		f, ok := w.(http.Flusher)
		if !ok {
			p.errorf("%T is no http.Flusher", w)
			return
		}
		f.Flush()
		_, ok = w.(interface{ FlushError() error })
		p.wants("FlushError", ok, true)
		p.wantsError("Flush", http.NewResponseController(w).Flush(), nil)
	},
}, {
	Name:   "flush/ticks",
	Doc:    "Every flushed part reaches the client before the next is written.",
	except: []Difference{FrontBuffersAnswer},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("Content-Type", "text/event-stream")
		for i := range 5 {
			fmt.Fprintf(w, "data: %d\n\n", i)
			p.wantsError("Flush", http.NewResponseController(w).Flush(), nil)
			p.wait(fmt.Sprint("got ", i))
		}
	},
	check: func(x *exchange) {
		k := x.start(request{})
		if !k.head() {
			return
		}
		for i := range 5 {
			if got, want := k.read(9), fmt.Sprintf("data: %d\n\n", i); got != want {
				x.errorf("tick %d: got %q, want %q", i, got, want)
			}
			k.let(fmt.Sprint("got ", i))
		}
		k.finish()
		k.expect(want{header: map[string]string{"Content-Type": "text/event-stream"}})
	},
}, {
	Name: "flush/many",
	Doc:  "A thousand Flushes change no byte.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		for range 1000 {
			io.WriteString(w, "tick\n")
			w.(http.Flusher).Flush()
			w.(http.Flusher).Flush()
		}
	},
	want: want{body: strings.Repeat("tick\n", 1000)},
}, {
	Name: "flush/declared",
	Doc:  "A declared length survives Flush.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("Content-Length", "8")
		io.WriteString(w, "half")
		http.NewResponseController(w).Flush()
		io.WriteString(w, "half")
	},
	want: want{body: "halfhalf", length: 8},
}}

func flushHead(w http.ResponseWriter, r *http.Request, p *probe) {
	w.Header().Set("X-Before", "1")
	w.WriteHeader(http.StatusAccepted)
	p.wantsError("Flush", http.NewResponseController(w).Flush(), nil)
	w.Header().Set("X-After", "1")
	p.wait("go on")
	io.WriteString(w, "body")
}
