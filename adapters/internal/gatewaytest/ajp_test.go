//go:build linux

package gatewaytest_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/ajp"
	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

// With packets of 64 KiB at both ends a head may be longer than the 8 KiB at
// which all others end, and a body goes in fewer parts.
func TestAJPLargePackets(t *testing.T) {
	t.Parallel()
	server := &ajp.Server{PacketSize: 65536, Secret: servertest.AJPSecret, Logger: slog.New(slog.DiscardHandler), Handler: http.HandlerFunc(longAnswer)}
	var front servertest.Apache
	front.ProxyAJPLarge("/", serve(t, server))
	url := front.Start(t).URL
	body := strings.Repeat("0123456789", 100_000)
	for range 2 {
		resp, err := http.Post(url, "text/plain", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if want := fmt.Sprintf("%x", sha256.Sum256([]byte(body))); err != nil || !strings.HasPrefix(string(b), want) || len(b) != 64+200_000 || len(resp.Header.Get("X-Long")) != 6000 || len(resp.Header) < 10 {
			t.Errorf("got %s with %d fields, %d bytes, %v", resp.Status, len(resp.Header), len(b), err)
		}
	}
}

// longAnswer has a head of 48 KB.
func longAnswer(w http.ResponseWriter, r *http.Request) {
	sum := sha256.New()
	io.Copy(sum, r.Body)
	w.Header().Set("X-Long", strings.Repeat("x", 6000))
	for i := range 7 {
		w.Header().Set(fmt.Sprintf("X-Long-%d", i), strings.Repeat("x", 6000))
	}
	fmt.Fprintf(w, "%x%s", sum.Sum(nil), strings.Repeat("y", 200_000))
}
