//go:build unix

package adapters_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"

	"github.com/gangplank-web/gangplank/adapters"
)

// A request without an end of its own ends when the program is to stop, and its answer is whole.
func TestStopping(t *testing.T) {
	t.Parallel()
	file, addr := socket(t, "tcp", "127.0.0.1:0")
	fd, err := syscall.Dup(int(file.Fd())) // Serve closes the one that it is given
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() {
		served <- adapters.Serve(ctx, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.NewResponseController(w).Flush()
			select {
			case <-adapters.Stopping(r):
				io.WriteString(w, "the end")
			case <-r.Context().Done():
			}
		}), fmt.Sprintf("http+fd://%d?grace=none", fd))
	}()
	resp, err := http.Get("http://" + addr)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	cancel()
	if body, err := io.ReadAll(resp.Body); string(body) != "the end" || err != nil {
		t.Errorf("got %q, %v", body, err)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestStoppingOutsideOfServe(t *testing.T) {
	t.Parallel()
	if adapters.Stopping(httptest.NewRequest("GET", "/", nil)) != nil {
		t.Error("got a channel that nobody closes, want nil")
	}
}
