package ajp_test

import (
	"context"
	"log/slog"
	"net"
	"path/filepath"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/adaptertest"
	"github.com/gangplank-web/gangplank/adapters/ajp"
)

// What AJP cannot carry, whoever is in front.
var differences = []adaptertest.Difference{
	adaptertest.NoTrailers, adaptertest.NoClientTrailers, adaptertest.NoInformational, adaptertest.NoHijack,
	adaptertest.JoinedFields, adaptertest.NotHTTP1, adaptertest.FrontLimitsHead,
}

func TestConformance(t *testing.T) {
	for _, test := range []struct {
		name, network, mount, secret string
		keep                         bool
	}{
		{name: "closing", network: "unix"},
		{name: "kept", network: "unix", keep: true},
		{name: "secret", network: "tcp", keep: true, secret: "s3cret", mount: "/some/mount"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			address := "127.0.0.1:0"
			if test.network == "unix" {
				address = filepath.Join(t.TempDir(), "s")
			}
			l, err := net.Listen(test.network, address)
			if err != nil {
				t.Fatal(err)
			}
			srv := &ajp.Server{Handler: adaptertest.Handler(), Logger: slog.New(slog.DiscardHandler), Mount: test.mount, Secret: test.secret}
			go srv.Serve(l)
			t.Cleanup(func() { srv.Close() })
			adaptertest.Run(t, adaptertest.Target{
				URL: "http://127.0.0.1" + test.mount,
				Transport: &adaptertest.AJP{
					Dial: func(ctx context.Context) (net.Conn, error) {
						return new(net.Dialer).DialContext(ctx, test.network, l.Addr().String())
					},
					Secret: test.secret,
					Keep:   test.keep,
				},
				Attached:    true,
				Interface:   "AJP/1.3",
				Differences: differences,
			})
		})
	}
}
