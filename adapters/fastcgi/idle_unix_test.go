//go:build unix

package fastcgi

import (
	"net/http"
	"syscall"
	"testing"
	"time"
)

// Thousands of front servers' connections are kept while nothing happens on
// them, keep nobody else out, and are served when something does.
func TestManyIdle(t *testing.T) {
	s := &Server{Handler: http.HandlerFunc(hello), IdleTimeout: -1}
	addr, _ := launch(t, s)
	conns := make([]*client, idleConns(t))
	for i := range conns {
		conns[i] = dial(t, addr)
		conns[i].SetDeadline(time.Time{})
		conns[i].do(get("/"))
	}
	if a := dial(t, addr).do(get("/")); a.body != "Hello World" {
		t.Errorf("one more: got %+v", a)
	}
	for i, c := range conns {
		if a := c.do(get("/")); a.body != "Hello World" {
			t.Fatalf("connection %d: got %+v", i, a)
		}
	}
}

// idleConns returns how many of them the process may have, with both ends of each.
func idleConns(t *testing.T) int {
	t.Helper()
	const few, many, others = 2000, 2500, 500
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		t.Fatal(err)
	}
	n := min(many, (max(int64(files.Cur), others)-others)/2)
	if n < few {
		t.Skipf("only %d files may be open", files.Cur)
	}
	return int(n)
}
