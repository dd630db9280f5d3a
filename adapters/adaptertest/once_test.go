package adaptertest_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/adaptertest"
)

// replying is a server of one connection that reads something and answers so.
func replying(answer string) func(context.Context) (net.Conn, error) {
	return func(context.Context) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() {
			defer theirs.Close()
			go io.Copy(io.Discard, bufio.NewReader(theirs))
			io.WriteString(theirs, answer)
		}()
		return ours, nil
	}
}

// What front servers would not take is an error of the server.
func TestOnceAnswers(t *testing.T) {
	t.Parallel()
	const length = "Content-Length: 2\r\n\r\n"
	for _, test := range []struct {
		desc, answer string
		uwsgi, ok    bool
	}{
		{desc: "SCGI", answer: "Status: 200 OK\r\n" + length + "ok", ok: true},
		{desc: "SCGI with a status line", answer: "HTTP/1.1 200 OK\r\n" + length + "ok"},
		{desc: "SCGI cut short", answer: "Status: 200 OK\r\n" + length + "o"},
		{desc: "SCGI too long", answer: "Status: 200 OK\r\n" + length + "okay"},
		{desc: "uwsgi", answer: "HTTP/1.1 200 OK\r\n" + length + "ok", uwsgi: true, ok: true},
		{desc: "uwsgi without a status line", answer: "Status: 200 OK\r\n" + length + "ok", uwsgi: true},
		{desc: "uwsgi with both", answer: "HTTP/1.1 200 OK\r\nStatus: 200 OK\r\n" + length + "ok", uwsgi: true},
		{desc: "uwsgi cut short", answer: "HTTP/1.1 200 OK\r\n" + length + "o", uwsgi: true},
	} {
		var client http.RoundTripper = &adaptertest.SCGI{Dial: replying(test.answer)}
		if test.uwsgi {
			client = &adaptertest.Uwsgi{Dial: replying(test.answer)}
		}
		r, err := http.NewRequestWithContext(t.Context(), "GET", "http://localhost/", nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := read(client.RoundTrip(r))
		if (err == nil && body == "ok") != test.ok {
			t.Errorf("%s: got %q, %v", test.desc, body, err)
		}
	}
}

func read(resp *http.Response, err error) (string, error) {
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return string(b), err
}

// What the protocols cannot carry is not sent.
func TestOnceRefuses(t *testing.T) {
	t.Parallel()
	dial := func(context.Context) (net.Conn, error) { return nil, errors.New("dialled") }
	r, err := http.NewRequestWithContext(t.Context(), "POST", "http://localhost/", io.MultiReader(strings.NewReader("no length")))
	if err != nil {
		t.Fatal(err)
	}
	for _, unknown := range []int64{-1, 0} {
		r.ContentLength = unknown
		if _, err := (&adaptertest.SCGI{Dial: dial}).RoundTrip(r); err == nil || err.Error() == "dialled" {
			t.Errorf("SCGI without a length (%d): got %v", unknown, err)
		}
	}
	r.Header.Set("X-Long", strings.Repeat("x", 1<<16))
	if _, err := (&adaptertest.Uwsgi{Dial: dial}).RoundTrip(r); err == nil || err.Error() == "dialled" {
		t.Errorf("uwsgi packet beyond 64 KiB: got %v", err)
	}
}

// A kept connection that the server has closed meanwhile is no fault of the server's.
func TestFastCGIClosedMeanwhile(t *testing.T) {
	t.Parallel()
	const text = "Status: 200 OK\r\n\r\nok"
	client := &adaptertest.FastCGI{Keep: true, Dial: func(context.Context) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() {
			defer theirs.Close()
			for in := bufio.NewReader(theirs); ; {
				var head [8]byte
				if _, err := io.ReadFull(in, head[:]); err != nil {
					return
				}
				length := int(head[4])<<8 | int(head[5])
				in.Discard(length)
				if head[1] == 5 && length == 0 { // the end of STDIN
					break
				}
			}
			io.WriteString(theirs, "\x01\x06\x00\x01\x00"+string(rune(len(text)))+"\x00\x00"+text+"\x01\x03\x00\x01\x00\x08\x00\x00"+strings.Repeat("\x00", 8))
		}()
		return ours, nil
	}}
	for range 3 {
		r, err := http.NewRequestWithContext(t.Context(), "POST", "http://localhost/", strings.NewReader("body"))
		if err != nil {
			t.Fatal(err)
		}
		if body, err := read(client.RoundTrip(r)); body != "ok" || err != nil {
			t.Errorf("got %q, %v", body, err)
		}
	}
}
