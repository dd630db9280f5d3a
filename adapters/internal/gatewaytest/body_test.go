//go:build linux

package gatewaytest_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

var bodyCases = []testCase{
	{name: "upload sizes", run: testUploadSizes},
	{name: "download sizes", run: testDownloadSizes},
	{name: "bounded memory", run: testBoundedMemory, except: []exception{
		{"*-cgi*", "a process of its own for each request, gone before one can look"},
		{"apache-htaccess", "a process of its own for each request, gone before one can look"},
	}},
	{name: "chunked upload", run: testChunkedUpload, except: []exception{
		{"apache-proxy-[su]*", "Apache wants a length for SCGI and uwsgi: 411"},
	}},
	{name: "form", run: testForm},
	{name: "answer before the body is read", run: testEarlyAnswer, except: []exception{
		{"apache-http", "mod_proxy_http sends the whole body before it reads the answer, and net/http, unlike our gateways, reads none of it meanwhile"},
	}},
	{name: "full duplex", run: testFullDuplex, except: []exception{
		{"apache-cgi*", "the whole request is sent before the answer is read"},
		{"apache-htaccess", "the whole request is sent before the answer is read"},
		{"apache-fcgid", "the request is read whole before it is passed on"},
		{"apache-proxy-fcgi*", "16 KiB are read ahead to find the length"},
		{"apache-proxy-[su]*", "Apache wants a length for SCGI and uwsgi: 411"},
		{"apache-http", "8 KiB are read ahead"},
		{"lighttpd-*", "the request is read whole before it is passed on (server.stream-request-body = 0)"},
		{"nginx-fastcgi", "the request is read whole before it is passed on"},
		{"nginx-fastcgi-stock", "the request is read whole before it is passed on"},
		{"nginx-[su]*", "a body without a length is read whole, whatever is said of buffering"},
	}},
}

// big is the length of the largest body, both ways: 100 MB for one gateway of each
// protocol, the last in the list, and elsewhere twice what testBoundedMemory allows.
func (s *site) big() int64 {
	protocol := interfaces[s.gateway.Backend]
	for _, g := range slices.Backward(servertest.Gateways()) {
		if interfaces[g.Backend] == protocol {
			if g.Name == s.gateway.Name {
				return 100_000_000
			}
			break
		}
	}
	return 2 * memoryLimit
}

// memoryLimit is how much of the machine's a process may take for any body.
const memoryLimit = 32 << 20

// alphabets is a whole number of alphabets.
var alphabets = strings.Repeat("abcdefghijklmnopqrstuvwxyz", 1260)

// letters is the body that the probe sends: byte i is 'a' + i%26. As a writer it
// takes nothing else.
type letters struct{ at int64 }

func (l *letters) Read(p []byte) (int, error) {
	n := copy(p, alphabets[l.at%26:])
	l.at += int64(n)
	return n, nil
}

func (l *letters) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		want := alphabets[l.at%26:]
		n := min(len(rest), len(want))
		if string(rest[:n]) != want[:n] {
			return 0, fmt.Errorf("after %d bytes there are others", l.at)
		}
		rest = rest[n:]
		l.at += int64(n)
	}
	return len(p), nil
}

// sums are what /sum says, by the number of letters.
var sums sync.Map

// body returns n letters and what /sum says of them.
func body(n int64) (r io.Reader, sum string) {
	once, _ := sums.LoadOrStore(n, sync.OnceValue(func() string {
		hash := sha256.New()
		io.CopyN(hash, &letters{}, n)
		return fmt.Sprintf("%d %s\n", n, hex.EncodeToString(hash.Sum(nil)))
	}))
	return io.LimitReader(&letters{}, n), once.(func() string)()
}

// withLength declares the length of a body; without it, it is sent in chunks.
func withLength(n int64) func(*http.Request) {
	return func(r *http.Request) {
		if r.ContentLength = n; n == 0 {
			r.Body = http.NoBody // else it has no length, says net/http
		}
	}
}

func testUploadSizes(t *testing.T, s *site) {
	for _, n := range []int64{0, 1, 65_535, 65_536, 1 << 20, s.big()} {
		r, sum := body(n)
		s.do(t, "POST", "/sum", r, withLength(n)).want(t, 200, sum)
	}
}

func testDownloadSizes(t *testing.T, s *site) {
	for _, n := range []int64{0, 1, 65_535, 65_536, 1 << 20, s.big()} {
		for _, query := range []string{"", "?flush=1"} {
			testDownload(t, s, n, query)
		}
	}
}

func testDownload(t *testing.T, s *site, n int64, query string) {
	resp, err := s.client.Do(s.request(t, "GET", fmt.Sprintf("/bytes/%d%s", n, query), nil))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got, err := io.Copy(&letters{}, resp.Body); err != nil || got != n || resp.StatusCode != http.StatusOK {
		t.Errorf("%d bytes%s: got %s and %d, %v", n, query, resp.Status, got, err)
	}
}

// A large body passes through the process without staying there, both ways, also
// when the handler answers before it reads.
func testBoundedMemory(t *testing.T, s *site) {
	big := s.big()
	pid := s.pid(t)
	r, sum := body(big)
	s.do(t, "POST", "/sum", r, withLength(big)).want(t, 200, sum)
	testDownload(t, s, big, "")
	r, _ = body(big)
	s.send(s.request(t, "POST", "/status/418", r, withLength(big))) // the server may break off the upload
	s.works(t)
	for _, pid := range []int{pid, s.pid(t)} { // lighttpd spawns two
		if peak := peakMemory(t, pid); peak > memoryLimit {
			t.Errorf("process %d used up to %d MiB for %d MiB, want less than %d", pid, peak>>20, big>>20, memoryLimit>>20)
		}
	}
}

func testChunkedUpload(t *testing.T, s *site) {
	for _, n := range []int64{5000, 400_000} {
		r, sum := body(n)
		s.do(t, "POST", "/sum", r).want(t, 200, sum)
		r, _ = body(n)
		a := s.do(t, "POST", "/echo?buffer=1", r)
		if length := a.Header.Get("X-Content-Length"); int64(len(a.body)) != n || length != "-1" && length != fmt.Sprint(n) {
			t.Errorf("%d bytes: got %s, %d bytes, ContentLength %s", n, a.Status, len(a.body), length)
		}
		r, _ = body(n)
		// The body stays unread, so the server may close the connection.
		once := func(r *http.Request) { r.Close = true }
		if got := s.do(t, "POST", "/env", r, once).facts(t); got.Header.Get("Transfer-Encoding") != "" {
			t.Errorf("Transfer-Encoding: %q, but the body is decoded", got.Header["Transfer-Encoding"])
		}
	}
}

func testForm(t *testing.T, s *site) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	w.WriteField("title", "Größe & <more>")
	file, _ := w.CreateFormFile("doc", "my file.txt")
	io.CopyN(file, &letters{}, 200_000)
	w.Close()
	a := s.do(t, "POST", "/upload", &form, withHeader("Content-Type", w.FormDataContentType()))
	var got struct {
		Files []struct {
			Field, Name, SHA256 string
			Size                int64
		}
		Fields map[string]string
	}
	if err := json.Unmarshal([]byte(a.body), &got); err != nil || len(got.Files) != 1 {
		t.Fatalf("got %s, %v, %s", a.Status, err, a.body)
	}
	_, sum := body(200_000)
	if f := got.Files[0]; f.Field != "doc" || f.Name != "my file.txt" || fmt.Sprintf("%d %s\n", f.Size, f.SHA256) != sum {
		t.Errorf("got file %+v", f)
	}
	if got.Fields["title"] != "Größe & <more>" {
		t.Errorf("got fields %q", got.Fields)
	}
}

// A handler that answers 3 MB and reads nothing of 3 MB must not hang, though
// Apache's mod_cgi and others send the whole body before they read the answer.
func testEarlyAnswer(t *testing.T, s *site) {
	const n = 3_000_000
	for _, query := range []string{"", "?flush=1"} {
		r, _ := body(n)
		a := s.do(t, "GET", fmt.Sprintf("/bytes/%d%s", n, query), r, withLength(n))
		if a.StatusCode != 200 || len(a.body) != n {
			t.Errorf("got %s and %d bytes", a.Status, len(a.body))
		}
		s.works(t) // on the same connection, if the server keeps it
		s.client.CloseIdleConnections()
	}
}

// Each line is sent when the echo of the one before has come.
func testFullDuplex(t *testing.T, s *site) {
	r, w := io.Pipe()
	defer w.Close()
	go io.WriteString(w, "line 1\n")
	resp, err := s.client.Do(s.request(t, "POST", "/echo", r))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	for i := 1; i <= 3; i++ {
		line := make([]byte, len("line 1\n"))
		if _, err := io.ReadFull(resp.Body, line); err != nil || string(line) != fmt.Sprintf("line %d\n", i) {
			t.Fatalf("got %q, %v, want line %d", line, err, i)
		}
		if i < 3 {
			go fmt.Fprintf(w, "line %d\n", i+1)
		}
	}
	w.Close()
	if rest, err := io.ReadAll(resp.Body); err != nil || len(rest) != 0 {
		t.Errorf("got %q, %v at the end", rest, err)
	}
	if !strings.HasPrefix(resp.Status, "200") {
		t.Errorf("got %s", resp.Status)
	}
}
