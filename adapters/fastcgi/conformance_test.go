package fastcgi_test

import (
	"context"
	"log/slog"
	"net"
	"path/filepath"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/adaptertest"
	"github.com/gangplank-web/gangplank/adapters/fastcgi"
)

// What FastCGI cannot carry, whoever is in front.
var differences = []adaptertest.Difference{
	adaptertest.NoTrailers, adaptertest.NoClientTrailers, adaptertest.NoInformational, adaptertest.NoHijack,
	adaptertest.JoinedFields, adaptertest.NotHTTP1,
}

func TestConformance(t *testing.T) {
	for _, test := range []struct {
		name, mount string
		keep        bool
	}{
		{name: "closing"},
		{name: "kept", keep: true},
		{name: "mounted", mount: "/some/mount", keep: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			socket := filepath.Join(t.TempDir(), "s")
			l, err := net.Listen("unix", socket)
			if err != nil {
				t.Fatal(err)
			}
			srv := &fastcgi.Server{Handler: adaptertest.Handler(), Logger: slog.New(slog.DiscardHandler)}
			go srv.Serve(l)
			t.Cleanup(func() { srv.Close() })
			adaptertest.Run(t, adaptertest.Target{
				URL: "http://127.0.0.1" + test.mount,
				Transport: &adaptertest.FastCGI{
					Dial: func(ctx context.Context) (net.Conn, error) {
						return new(net.Dialer).DialContext(ctx, "unix", socket)
					},
					Mount: test.mount,
					Keep:  test.keep,
				},
				Attached:    true,
				Interface:   "FastCGI/1.0",
				Differences: differences,
			})
		})
	}
}
