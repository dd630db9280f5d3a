package respond_test

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/respond"
)

func TestAppendHead(t *testing.T) {
	tests := []struct {
		desc   string
		status int
		header http.Header
		want   string
	}{
		{"status is always there", 200, nil, "Status: 200 OK|"},
		{"with Location too", 302, http.Header{"Location": {"/x"}}, "Status: 302 Found|Location: /x|"},
		{"an unregistered code has a reason", 299, nil, "Status: 299 status code 299|"},
		{"sorted; one line for each value", 200,
			http.Header{"Set-Cookie": {"a=1", "b=2"}, "Content-Type": {"text/plain"}, "Etag": {`"x"`}},
			`Status: 200 OK|Content-Type: text/plain|Etag: "x"|Set-Cookie: a=1|Set-Cookie: b=2|`},
		{"the connection's fields are dropped", 200,
			http.Header{"Transfer-Encoding": {"chunked"}, "Connection": {"close"}, "Keep-Alive": {"timeout=5"},
				"Upgrade": {"h2c"}, "Trailer": {"X"}, "Status": {"500"}, "Proxy-Connection": {"close"}, "X": {"y"}},
			"Status: 200 OK|X: y|"},
		{"in any case of letters", 200,
			http.Header{"transfer-encoding": {"chunked"}, "status": {"500"}, "KEEP-ALIVE": {"1"}}, "Status: 200 OK|"},
		{"names as long as those stay", 200,
			http.Header{"X-Abcd": {"6"}, "X-Abcde": {"7"}, "X-Abcdefgh": {"10"}, "X-Abcdefghijklmno": {"17"}},
			"Status: 200 OK|X-Abcd: 6|X-Abcde: 7|X-Abcdefgh: 10|X-Abcdefghijklmno: 17|"},
		{"an upgrade keeps its two fields", 101,
			http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}},
			"Status: 101 Switching Protocols|Connection: Upgrade|Upgrade: websocket|"},
		{"names that are no token are dropped", 200,
			http.Header{"": {"x"}, "A B": {"x"}, "A:B": {"x"}, "A\r\nB": {"x"}, "Ä": {"x"}, "Trailer:X": {"x"}, "A\x00": {"x"}, "X_Y.Z": {"ok"}},
			"Status: 200 OK|X_Y.Z: ok|"},
		{"no value can end its line", 200,
			http.Header{"A": {"1\r\nSet-Cookie: evil=1"}, "B": {"\r\n\r\n<html>"}, "C": {"x\x00y\x7f\x01z\tä"}, "D": {" \t x \t"}, "E": {""}},
			"Status: 200 OK|A: 1  Set-Cookie: evil=1|B: <html>|C: x y  z	ä|D: x|E: |"},
		{"an event stream is not buffered", 200, http.Header{"Content-Type": {"text/Event-Stream; charset=utf-8"}},
			"Status: 200 OK|Content-Type: text/Event-Stream; charset=utf-8|X-Accel-Buffering: no|"},
		{"unless the handler decides", 200, http.Header{"Content-Type": {"text/event-stream"}, "X-Accel-Buffering": {"yes"}},
			"Status: 200 OK|Content-Type: text/event-stream|X-Accel-Buffering: yes|"},
		{"or forbids the field", 200, http.Header{"Content-Type": {"text/event-stream"}, "X-Accel-Buffering": nil},
			"Status: 200 OK|Content-Type: text/event-stream|"},
	}
	for _, tt := range tests {
		t.Run(tt.desc, func(t *testing.T) {
			want := strings.ReplaceAll(tt.want, "|", "\r\n") + "\r\n"
			if got := respond.AppendHead([]byte("before "), tt.status, tt.header); string(got) != "before "+want {
				t.Errorf("got %q, want %q", got, want)
			}
			want = strings.Replace(want, "Status: ", "HTTP/1.1 ", 1)
			if got := respond.AppendRawHead(nil, tt.status, tt.header); string(got) != want {
				t.Errorf("raw: got %q, want %q", got, want)
			}
		})
	}
}

func TestFieldsStopEarly(t *testing.T) {
	h := http.Header{"A": {"1", "2"}, "B": {"3"}, "Content-Type": {"text/event-stream"}}
	for stop := 1; stop <= 5; stop++ {
		var got []string
		for name, value := range respond.Fields(200, h) {
			got = append(got, name+value)
			if len(got) == stop {
				break
			}
		}
		all := []string{"A1", "A2", "B3", "Content-Typetext/event-stream", "X-Accel-Bufferingno"}
		if !slices.Equal(got, all[:stop]) {
			t.Errorf("got %q, want %q", got, all[:stop])
		}
	}
}

func TestDeclared(t *testing.T) {
	tests := []struct {
		method string
		status int
		length string
		want   int64
	}{
		{"GET", 200, "12", 12},
		{"GET", 200, "", 0},
		{"GET", 200, "-1", 0},
		{"GET", 200, "x", 0},
		{"HEAD", 200, "12", 0}, // the length that a GET would have
		{"GET", 304, "12", 0},  // likewise
		{"GET", 204, "12", 0},
		{"GET", 101, "12", 0},
		{"POST", 500, "9223372036854775807", 1<<63 - 1},
	}
	for _, tt := range tests {
		h := http.Header{"Content-Length": {tt.length}}
		if got := respond.Declared(tt.method, tt.status, h); got != tt.want {
			t.Errorf("%s %d %q: got %d, want %d", tt.method, tt.status, tt.length, got, tt.want)
		}
	}
}

func TestTrailers(t *testing.T) {
	for _, tt := range []struct {
		desc   string
		header http.Header
		want   string
	}{
		{"none", http.Header{"X": {"1"}}, ""},
		{"announced, and not set", http.Header{"Trailer": {"X"}}, ""},
		{"announced", http.Header{"Trailer": {"x-b, X-C", "X-A"}, "X-A": {"1"}, "X-B": {"2"}, "Y": {"3"}}, "X-A X-B"},
		{"by prefix", http.Header{http.TrailerPrefix + "X-B": {"1"}, http.TrailerPrefix + "X-A": {"2"}}, "X-A X-B"},
		{"by both", http.Header{"Trailer": {"X-A"}, "X-A": {"1"}, http.TrailerPrefix + "X-A": {"2"}}, "X-A"},
	} {
		if got := strings.Join(respond.Trailers(tt.header), " "); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.desc, got, tt.want)
		}
	}
}

func typicalHeader() http.Header {
	return http.Header{
		"Content-Type":           {"text/html; charset=utf-8"},
		"Content-Length":         {"1234"},
		"X-Request-Id":           {"0123456789abcdef"},
		"X-Content-Type-Options": {"nosniff"},
		"Set-Cookie":             {"session=0123456789abcdef; Path=/; HttpOnly"},
	}
}

func TestAllocations(t *testing.T) {
	h, buf := typicalHeader(), make([]byte, 0, 4096)
	if n := testing.AllocsPerRun(100, func() { buf = respond.AppendHead(buf[:0], 200, h) }); n != 0 {
		t.Errorf("AppendHead: got %v allocations, want 0", n)
	}
	fields := func() {
		buf = buf[:0]
		for name, value := range respond.Fields(200, h) {
			buf = append(append(buf, name...), value...)
		}
	}
	if n := testing.AllocsPerRun(100, fields); n != 0 {
		t.Errorf("Fields: got %v allocations, want 0", n)
	}
}

func BenchmarkAppendHead(b *testing.B) {
	h, buf := typicalHeader(), make([]byte, 0, 4096)
	b.ReportAllocs()
	for b.Loop() {
		buf = respond.AppendHead(buf[:0], 200, h)
	}
}

// BenchmarkNetHTTP is the reference: the same fields through http.Header.Write.
func BenchmarkNetHTTP(b *testing.B) {
	h, w := typicalHeader(), bufio.NewWriterSize(io.Discard, 4096)
	b.ReportAllocs()
	for b.Loop() {
		h.Write(w)
		w.Reset(io.Discard)
	}
}

// FuzzAppendHead holds the head to its purpose: whatever name and value a
// handler sets, a reader finds just the fields that are meant, and then the end.
func FuzzAppendHead(f *testing.F) {
	f.Add("X-A", "b", "text/plain")
	f.Add("A\r\nB", "x\r\n\r\n<script>", "text/event-stream")
	f.Add("Status", "200", "\x00")
	f.Add("X-Accel-Buffering", "\tyes", "text/event-stream\n")
	f.Fuzz(func(t *testing.T, name, value, contentType string) {
		h := http.Header{name: {value, value}, "Content-Type": {contentType}}
		head := respond.AppendHead(nil, 200, h)
		if !bytes.HasSuffix(head, []byte("\r\n\r\n")) || bytes.Count(head, []byte("\r\n\r\n")) != 1 {
			t.Fatalf("not one end: %q", head)
		}
		if bytes.ContainsRune(head, 0) {
			t.Fatalf("NUL in %q", head)
		}
		lines := strings.Split(strings.TrimSuffix(string(head), "\r\n\r\n"), "\r\n")
		want := []string{"Status: 200 OK"}
		for n, v := range respond.Fields(200, h) {
			want = append(want, n+": "+v)
		}
		if !slices.Equal(lines, want) {
			t.Fatalf("got %q, want %q", lines, want)
		}
		if len(want) > 5 {
			t.Fatalf("more fields than were set: %q", want)
		}
		_, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(head))).ReadMIMEHeader()
		if err != nil {
			t.Fatalf("%v in %q", err, head)
		}
	})
}
