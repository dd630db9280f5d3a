package adaptertest_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/adaptertest"
)

// scripted answers the requests of its connections, in turn, with fixed bytes. An empty
// answer closes the connection.
func scripted(t *testing.T, answers ...string) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			for in := bufio.NewReader(conn); len(answers) > 0; {
				if _, err := http.ReadRequest(in); err != nil {
					break
				}
				answer := answers[0]
				answers = answers[1:]
				if answer == "" {
					break
				}
				io.WriteString(conn, answer)
			}
			conn.Close()
		}
	}()
	return "http://" + l.Addr().String() + "/"
}

func ask(t *testing.T, tr *adaptertest.Transport, url string) (string, error) {
	t.Helper()
	res, err := tr.RoundTrip(must(http.NewRequestWithContext(t.Context(), "GET", url, nil)))
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return string(body), err
}

func TestTransportStrayBytes(t *testing.T) {
	const one = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none"
	var tr adaptertest.Transport
	url := scripted(t, one, one+"stray")
	if body, err := ask(t, &tr, url); body != "one" || err != nil {
		t.Errorf("a right answer: got %q, %v", body, err)
	}
	if body, err := ask(t, &tr, url); err == nil || !strings.Contains(err.Error(), "5 stray bytes") {
		t.Errorf("got %q, %v, want an error that tells of 5 stray bytes", body, err)
	}
}

func TestTransportStrayBytesLater(t *testing.T) {
	// The second answer begins with what belongs to the first.
	var tr adaptertest.Transport
	url := scripted(t, "HTTP/1.1 204 No Content\r\n\r\n", "strayHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
	if _, err := ask(t, &tr, url); err != nil {
		t.Fatal(err)
	}
	if body, err := ask(t, &tr, url); err == nil {
		t.Errorf("got %q and no error", body)
	}
}

func TestTransportAsksAgainOnlyOnUsedConnections(t *testing.T) {
	const one = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none"
	var tr adaptertest.Transport
	url := scripted(t, "", one, "", one)
	if body, err := ask(t, &tr, url); err == nil {
		t.Errorf("a new connection without an answer: got %q and no error", body)
	}
	for range 2 { // the second time on the connection of the first, which is closed then
		if body, err := ask(t, &tr, url); body != "one" || err != nil {
			t.Errorf("got %q, %v, want the answer", body, err)
		}
	}
}

func TestTransportCutBody(t *testing.T) {
	for desc, answer := range map[string]string{
		"length":  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ncut",
		"chunk":   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ncut",
		"no last": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ncut\r\n",
	} {
		if body, err := ask(t, new(adaptertest.Transport), scripted(t, answer)); err == nil {
			t.Errorf("%s: got %q and no error", desc, body)
		}
	}
}
