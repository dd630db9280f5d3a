package adaptertest

import (
	"bufio"
	"io"
	"net/http"
)

// Request and answer at the same time. Nothing here is timed: each side waits
// for what the other has said.
var duplexCases = []Case{{
	Name:   "duplex/request-streams",
	Doc:    "The handler gets the first part of the body before the client has sent the second.",
	except: []Difference{FrontBuffersBody, NoChunkedRequests},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		lines := bufio.NewScanner(r.Body)
		for lines.Scan() {
			p.tell(lines.Text(), true)
		}
		p.wantsError("the body", lines.Err(), nil)
	},
	check: func(x *exchange) {
		body, send := x.pipe()
		k := x.start(request{method: "POST", stream: body, length: -1})
		for _, line := range []string{"first", "second", "third"} {
			io.WriteString(send, line+"\n")
			k.hear(line)
		}
		send.Close()
		k.finish()
		k.expect(want{})
	},
}, {
	Name:    "duplex/conversation",
	Doc:     "With EnableFullDuplex client and handler can talk line by line (http.ResponseController).",
	except:  []Difference{FrontBuffersBody, FrontBuffersAnswer, FrontReadsBodyFirst, FrontStopsBody, NoChunkedRequests},
	handler: converse,
	check: func(x *exchange) {
		body, send := x.pipe()
		k := x.start(request{method: "POST", stream: body, length: -1})
		for _, line := range []string{"ahoy", "who goes there", "farewell"} {
			io.WriteString(send, line+"\n")
			if !k.head() {
				return
			}
			if got, want := k.read(len(line)+7), "heard "+line+"\n"; got != want {
				x.errorf("got %q, want %q", got, want)
			}
		}
		send.Close()
		k.finish()
		k.expect(want{})
	},
}, {
	Name:   "duplex/read-after-answer",
	Doc:    "With EnableFullDuplex the whole body can be read after a part of the answer has gone out.",
	except: []Difference{FrontStopsBody},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		rc := http.NewResponseController(w)
		p.wantsError("EnableFullDuplex", rc.EnableFullDuplex(), nil)
		io.WriteString(w, "begun\n")
		p.wantsError("Flush", rc.Flush(), nil)
		io.WriteString(w, sumOf(r.Body))
	},
	request: request{method: "POST", pattern: 300_000},
	want:    want{body: "begun\n" + sumOfPattern(300_000)},
}, {
	Name: "duplex/read-after-answer-half",
	Doc:  "Without EnableFullDuplex such a read gives the body's bytes or an error, never a body cut short without one.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		io.WriteString(w, "begun\n")
		http.NewResponseController(w).Flush()
		body, err := io.ReadAll(r.Body)
		if err == nil && len(body) != 20_000 {
			p.errorf("read %d bytes of 20000 and no error", len(body))
		}
	},
	request: request{method: "POST", pattern: 20_000},
	want:    want{body: "begun\n"},
}}

func converse(w http.ResponseWriter, r *http.Request, p *probe) {
	rc := http.NewResponseController(w)
	p.wantsError("EnableFullDuplex", rc.EnableFullDuplex(), nil)
	p.wantsError("Flush", rc.Flush(), nil)
	lines := bufio.NewScanner(r.Body)
	for lines.Scan() {
		io.WriteString(w, "heard "+lines.Text()+"\n")
		p.wantsError("Flush", rc.Flush(), nil)
	}
	p.wantsError("the body", lines.Err(), nil)
}
