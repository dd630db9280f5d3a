package adaptertest

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"os"
	"time"
)

// Doors that http.ResponseController opens. One that a server has not got must
// say http.ErrNotSupported, and change nothing.
var deadlineCases = []Case{{
	Name: "deadline/future",
	Doc:  "Deadlines can be set and cleared, or are not supported.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		rc := http.NewResponseController(w)
		for _, at := range []time.Time{time.Now().Add(time.Hour), {}} {
			p.tell("read", supported(rc.SetReadDeadline(at)))
			p.tell("write", supported(rc.SetWriteDeadline(at)))
		}
		io.WriteString(w, "body")
	},
	check: func(x *exchange) {
		k := x.do(request{})
		k.expect(want{body: "body"})
		if !x.differs(NoDeadlines) {
			k.expectFacts(facts{"read": "yes then yes", "write": "yes then yes"})
		}
	},
}, {
	Name:   "deadline/read",
	Doc:    "A read deadline that has passed ends a Read that waits for the client, with os.ErrDeadlineExceeded.",
	except: []Difference{NoDeadlines, FrontBuffersBody},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		_, err := io.ReadFull(r.Body, make([]byte, 4))
		p.wantsError("the first part", err, nil)
		p.wantsError("SetReadDeadline", http.NewResponseController(w).SetReadDeadline(time.Now().Add(-time.Hour)), nil)
		_, err = r.Body.Read(make([]byte, 1))
		p.wantsError("Read", err, os.ErrDeadlineExceeded)
		p.tell("timed out", true)
	},
	check: func(x *exchange) {
		body, send := x.pipe()
		k := x.start(request{method: "POST", stream: body, length: 1000})
		io.WriteString(send, "part")
		k.hear("timed out")
		send.CloseWithError(errors.New("no more"))
	},
}, {
	Name:   "deadline/write",
	Doc:    "After a write deadline has passed nothing goes out, and the answer is broken.",
	except: []Difference{NoDeadlines},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		rc := http.NewResponseController(w)
		w.Header().Set("Content-Length", "100000")
		p.wantsError("Flush", rc.Flush(), nil)
		p.wantsError("SetWriteDeadline", rc.SetWriteDeadline(time.Now().Add(-time.Hour)), nil)
		_, err := w.Write(pattern(100_000))
		if err == nil {
			err = rc.Flush()
		}
		p.wantsError("Write", err, os.ErrDeadlineExceeded)
	},
	want: want{broken: true},
}}

func supported(err error) string {
	switch {
	case err == nil:
		return "yes"
	case errors.Is(err, http.ErrNotSupported):
		return "no"
	}
	return err.Error()
}

var hijackCases = []Case{{
	Name: "hijack/refused",
	Doc:  "Where it cannot be, Hijack says http.ErrNotSupported and the handler can still answer.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		_, _, err := http.NewResponseController(w).Hijack()
		p.wantsError("Hijack", err, http.ErrNotSupported)
		http.Error(w, "no upgrade here", http.StatusNotImplemented)
	},
	check: func(x *exchange) {
		if x.differs(NoHijack) {
			x.do(request{}).expect(want{status: http.StatusNotImplemented, body: "no upgrade here\n"})
		}
	},
}, {
	Name:    "hijack/upgrade",
	Doc:     "After Hijack the handler has the connection for itself, and the writer says http.ErrHijacked.",
	except:  []Difference{NoHijack},
	handler: upgrade,
	check: func(x *exchange) {
		k := x.start(request{header: http.Header{"Connection": {"Upgrade"}, "Upgrade": {"echo"}}})
		if !k.head() {
			return
		}
		if k.res.StatusCode != http.StatusSwitchingProtocols {
			x.errorf("status: got %d, want 101", k.res.StatusCode)
			return
		}
		conn, ok := k.res.Body.(io.ReadWriteCloser)
		if !ok {
			x.errorf("the target's transport gives no io.ReadWriteCloser after 101")
			return
		}
		for _, line := range []string{"ahoy\n", "farewell\n"} {
			io.WriteString(conn, line)
			if got := k.read(len(line)); got != line {
				x.errorf("echo: got %q, want %q", got, line)
			}
		}
		conn.Close()
		k.report()
	},
}, {
	Name:   "hijack/after-answer",
	Doc:    "Unwrapped or not, the writer is an http.Hijacker, and Write fails after it.",
	except: []Difference{NoHijack},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			p.errorf("Hijack: %v", err)
			return
		}
		defer conn.Close()
		_, err = w.Write([]byte("x"))
		p.wantsError("Write", err, http.ErrHijacked)
		_, _, err = http.NewResponseController(w).Hijack()
		p.wantsError("a second Hijack", err, http.ErrHijacked)
	},
	want: want{broken: true},
}}

// upgrade answers 101 and echoes lines until the client hangs up.
func upgrade(w http.ResponseWriter, r *http.Request, p *probe) {
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		p.errorf("Hijack: %v", err)
		return
	}
	defer conn.Close()
	_, err = w.Write([]byte("x"))
	p.wantsError("Write", err, http.ErrHijacked)
	io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
	lines := bufio.NewScanner(rw)
	for lines.Scan() {
		io.WriteString(conn, lines.Text()+"\n")
	}
}
