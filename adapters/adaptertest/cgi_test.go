//go:build unix

package adaptertest_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/adaptertest"
)

// shell runs a program that a body has the shell read.
func shell(ctx context.Context, t *testing.T, body io.Reader) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, "POST", "http://localhost/", body)
	if err != nil {
		t.Fatal(err)
	}
	res, err := (&adaptertest.CGI{Path: "/bin/sh", Env: []string{"PATH=/usr/bin:/bin"}}).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// A program whose client has gone does not stay (net/http/cgi's does for as long as
// it writes nothing).
func TestCGICancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	res := shell(ctx, t, strings.NewReader("printf 'Status: 200 OK\\n\\n%s\\n' $$; exec sleep 1000\n"))
	line, err := bufio.NewReader(res.Body).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	res.Body.Close()
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the program is still there: %v", err)
	}
}

// A program that ends with its input unread ends the answer, however slowly the body
// comes (net/http/cgi waits for it), and is told to who sends that.
func TestCGIUnreadBody(t *testing.T) {
	t.Parallel()
	body, send := io.Pipe()
	go io.WriteString(send, "printf 'Status: 200 OK\\n\\nanswer'; exit\n")
	res := shell(t.Context(), t, body)
	if got, err := io.ReadAll(res.Body); string(got) != "answer" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := send.Write([]byte("more")); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("sending on: got %v", err)
	}
}
