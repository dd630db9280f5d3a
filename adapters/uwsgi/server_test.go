package uwsgi_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
	"github.com/gangplank-web/gangplank/adapters/uwsgi"
)

// ask sends raw bytes and returns all that comes back.
func ask(t *testing.T, h http.HandlerFunc, request string) (answer, log string) {
	t.Helper()
	srv := &uwsgi.Server{Handler: h}
	lines := protocoltest.Collect(&srv.Logger)
	answer = protocoltest.Ask(t, srv, request)
	return answer, lines.String()
}

// packet is a request's header and block.
func packet(vars ...string) string {
	var block []byte
	for _, s := range vars {
		block = append(binary.LittleEndian.AppendUint16(block, uint16(len(s))), s...)
	}
	return string(append(binary.LittleEndian.AppendUint16([]byte{0}, uint16(len(block))), 0)) + string(block)
}

// A status line and no Status field: Apache needs the one, and nginx passes the
// other on.
func TestStatusLine(t *testing.T) {
	t.Parallel()
	got, _ := ask(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Status", "500")
		http.Error(w, "gone", http.StatusGone)
	}, packet("REQUEST_METHOD", "GET", "REQUEST_URI", "/"))
	want := "HTTP/1.1 410 Gone\r\nContent-Length: 5\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n\r\ngone\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestModifiers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ desc, in, answer, log string }{
		{desc: "ping", in: "\x64\x00\x00\x00", answer: "\x64\x00\x00\x01"},
		{desc: "Perl", in: "\x05\x00\x00\x00", answer: "HTTP/1.1 501 Not Implemented\r\n", log: "modifier1 5"},
		{desc: "code to run", in: "\x16\x00\x00\x00", answer: "HTTP/1.1 501 Not Implemented\r\n", log: "modifier1 22"},
		{desc: "HTTP", in: "GET / HTTP/1.1\r\n\r\n", answer: "HTTP/1.1 501 Not Implemented\r\n", log: "modifier1 71"},
		{desc: "FastCGI", in: "\x01\x01\x00\x01\x00\x08\x00\x00", answer: "HTTP/1.1 501 Not Implemented\r\n", log: "modifier1 1"},
	} {
		got, log := ask(t, func(http.ResponseWriter, *http.Request) { t.Errorf("%s: the handler was called", test.desc) }, test.in)
		if !strings.HasPrefix(got, test.answer) || !strings.Contains(log, test.log) || (test.log == "") != (log == "") {
			t.Errorf("%s: got %q, log %q", test.desc, got, log)
		}
	}
}

// A body that the front server passes on in its client's chunks.
func TestChunked(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ desc, coding, body, want string }{
		{desc: "whole", coding: "chunked", body: "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n", want: `-1 "hello world" <nil>`},
		{desc: "trailer", coding: "Chunked", body: "5\r\nhello\r\n0\r\nX-Sum: 1\r\nY: 2\r\n\r\n", want: `-1 "hello" <nil>`},
		{desc: "empty", coding: "chunked", body: "0\r\n\r\n", want: `-1 "" <nil>`},
		{desc: "cut short", coding: "chunked", body: "5\r\nhel", want: `-1 "hel" unexpected EOF`},
		{desc: "cut before the trailer", coding: "chunked", body: "5\r\nhello\r\n0\r\n", want: `-1 "hello" unexpected EOF`},
		{desc: "endless trailer", coding: "chunked", body: "0\r\n" + strings.Repeat("A: b\r\n", 100), want: `-1 "" uwsgi: trailer too long`},
		{desc: "no chunks", coding: "chunked", body: "what is this\r\n", want: `-1 "" invalid byte in chunk length`},
		{desc: "another coding", coding: "gzip, chunked", want: "501"},
	} {
		got, _ := ask(t, func(w http.ResponseWriter, r *http.Request) {
			b, err := io.ReadAll(r.Body)
			fmt.Fprintf(w, "%d %q %v", r.ContentLength, b, err)
		}, packet("REQUEST_METHOD", "POST", "REQUEST_URI", "/", "HTTP_TRANSFER_ENCODING", test.coding)+test.body)
		if _, body, _ := strings.Cut(got, "\r\n\r\n"); body != test.want && !strings.HasPrefix(got, "HTTP/1.1 "+test.want) {
			t.Errorf("%s: got %q, want %s", test.desc, got, test.want)
		}
	}
}

// nginx sends both: the body is what was declared, and decoded already.
func TestChunkedWithLength(t *testing.T) {
	t.Parallel()
	got, _ := ask(t, func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%d %q %v %q", r.ContentLength, b, errors.Is(err, nil), r.Header["Transfer-Encoding"])
	}, packet("CONTENT_LENGTH", "5", "REQUEST_METHOD", "POST", "REQUEST_URI", "/", "HTTP_TRANSFER_ENCODING", "chunked")+"hello")
	if _, body, _ := strings.Cut(got, "\r\n\r\n"); body != `5 "hello" true []` {
		t.Errorf("got %q", body)
	}
}

// The end of the connection is seen behind a body of unknown length that nobody has
// read, and within one.
func TestFrontGoesBehindChunks(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"5\r\nhello\r\n0\r\n\r\n", "5\r\nhel"} {
		cause := make(chan error, 1)
		l := protocoltest.Listen(t, "unix")
		protocoltest.Serve(t, &uwsgi.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			cause <- gangplank.From(r).Cause()
		})}, l)
		c := protocoltest.Dial(t, l.Addr().String())
		io.WriteString(c, packet("REQUEST_METHOD", "POST", "REQUEST_URI", "/", "HTTP_TRANSFER_ENCODING", "chunked")+body)
		c.Close()
		if err := <-cause; err == nil || !strings.Contains(err.Error(), "connection lost") {
			t.Errorf("%q: cause is %v", body, err)
		}
	}
}
