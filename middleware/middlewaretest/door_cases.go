package middlewaretest

import (
	"bufio"
	"io"
	"net/http"
	"time"
)

// What the writer is, besides an http.ResponseWriter.
var doorCases = []Case{{
	Name: "door/interfaces",
	Doc:  "The writer keeps the interfaces that handlers ask for by type assertion.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		has := func(name string, ok bool) { x.note("has "+name, yesNo(ok)) }
		_, ok := w.(http.Flusher)
		has("http.Flusher", ok)
		_, ok = w.(io.ReaderFrom)
		has("io.ReaderFrom", ok)
		_, ok = w.(http.Hijacker)
		has("http.Hijacker", ok)
	},
}, {
	Name: "door/refused-hijack",
	Doc:  "Where there is no Hijack it says http.ErrNotSupported, and the handler can still answer.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		if r.ProtoMajor == 1 {
			return
		}
		_, _, err := http.NewResponseController(w).Hijack()
		x.call("Hijack", err)
		http.Error(w, "no upgrade here", http.StatusNotImplemented)
	},
}}

// Deadlines, by http.ResponseController.
var deadlineCases = []Case{{
	Name: "deadline/future",
	Doc:  "Deadlines can be set and cleared.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		rc := http.NewResponseController(w)
		for _, at := range []time.Time{time.Now().Add(time.Hour), {}} {
			x.call("SetReadDeadline", rc.SetReadDeadline(at))
			x.call("SetWriteDeadline", rc.SetWriteDeadline(at))
		}
		io.WriteString(w, "body")
	},
}, {
	Name: "deadline/read",
	Doc:  "A read deadline that has passed ends a Read that waits for the client.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		defer x.signal("timed out")
		err := http.NewResponseController(w).SetReadDeadline(time.Now().Add(-time.Hour))
		if x.call("SetReadDeadline", err); err == nil {
			_, err = r.Body.Read(make([]byte, 1))
			x.call("Read", err)
		}
	},
	client: func(x *exchange) {
		body, send := x.pipe()
		go func() {
			x.wait("timed out")
			send.CloseWithError(io.ErrUnexpectedEOF)
		}()
		a := x.send(request{method: "POST", stream: body})
		a.cancel() // whether it got an answer depends on the moment
	},
}, {
	Name: "deadline/write",
	Doc:  "After a write deadline has passed nothing goes out, and the answer is broken.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.Header().Set("Content-Length", itoa(large))
		rc := http.NewResponseController(w)
		rc.Flush()
		err := rc.SetWriteDeadline(time.Now().Add(-time.Hour))
		if x.call("SetWriteDeadline", err); err != nil {
			return
		}
		_, err = w.Write(pattern(large))
		if err == nil {
			err = rc.Flush()
		}
		x.call("Write", err)
	},
}}

var upgradeRequest = request{header: http.Header{"Connection": {"Upgrade"}, "Upgrade": {"echo"}}}

// Hijack, which is for HTTP/1 only.
var hijackCases = []Case{{
	Name:    "hijack/upgrade",
	Doc:     "After Hijack the handler has the connection for itself, and the writer says http.ErrHijacked.",
	http1:   true,
	handler: upgrade,
	client:  converse,
}, {
	Name:  "hijack/after-status",
	Doc:   "WriteHeader(101) and then Hijack, as some libraries do it.",
	http1: true,
	doors: true,
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "echo")
		w.WriteHeader(http.StatusSwitchingProtocols)
		conn, rw, err := http.NewResponseController(w).Hijack()
		if x.call("Hijack", err); err == nil {
			defer conn.Close()
			echo(rw.Reader, conn)
		}
	},
	client: converse,
}}

// upgrade answers 101 by itself and echoes lines until the client hangs up.
func upgrade(w http.ResponseWriter, r *http.Request, x *exchange) {
	conn, rw, err := http.NewResponseController(w).Hijack()
	if x.call("Hijack", err); err != nil {
		return
	}
	defer conn.Close()
	_, err = w.Write([]byte("x"))
	x.call("Write after Hijack", err)
	_, _, err = http.NewResponseController(w).Hijack()
	x.call("a second Hijack", err)
	io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
	echo(rw.Reader, conn)
}

func echo(r *bufio.Reader, w io.Writer) {
	for lines := bufio.NewScanner(r); lines.Scan(); {
		io.WriteString(w, lines.Text()+"\n")
	}
}

// converse upgrades and notes what echoes.
func converse(x *exchange) {
	a := x.send(upgradeRequest)
	if a.err != nil || a.res.StatusCode != http.StatusSwitchingProtocols {
		a.finish()
		return
	}
	conn := a.res.Body.(io.ReadWriteCloser)
	defer conn.Close()
	answers := bufio.NewReader(conn)
	for _, line := range []string{"ahoy\n", "farewell\n"} {
		io.WriteString(conn, line)
		got, err := answers.ReadString('\n')
		x.note("echo", got+errName(err))
	}
}

// Request and answer at the same time.
var duplexCases = []Case{{
	Name:    "duplex/conversation",
	Doc:     "With EnableFullDuplex client and handler can talk line by line (http.ResponseController).",
	streams: true,
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		err := http.NewResponseController(w).EnableFullDuplex()
		if x.call("EnableFullDuplex", err); err != nil || !x.flush(w) {
			x.signal("silent")
			return
		}
		x.signal("talks")
		for lines := bufio.NewScanner(r.Body); lines.Scan(); {
			io.WriteString(w, "heard "+lines.Text()+"\n")
			x.flush(w)
		}
	},
	client: func(x *exchange) {
		body, send := x.pipe()
		go func() { // a server may wait for the body of a handler that has nothing to say
			x.until(func() bool { return x.signals["talks"] || x.signals["silent"] })
			if !x.signalled("talks") {
				send.Close()
			}
		}()
		a := x.send(request{method: "POST", stream: body})
		for _, line := range []string{"ahoy\n", "farewell\n"} {
			if a.err == nil && !x.signalled("silent") {
				io.WriteString(send, line)
				a.arrive(len("heard " + line))
			}
		}
		send.Close()
		a.finish()
	},
}, {
	Name:    "duplex/read-after-write",
	Doc:     "With EnableFullDuplex the body can be read after a part of the answer has gone out.",
	request: request{method: "POST", body: string(pattern(large))},
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		err := http.NewResponseController(w).EnableFullDuplex()
		if x.call("EnableFullDuplex", err); err != nil {
			return
		}
		x.write(w, "begun\n")
		x.flush(w)
		x.contents(r)
		x.write(w, "ended\n")
	},
}}
