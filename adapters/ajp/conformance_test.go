package ajp_test

import (
	"log/slog"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/adaptertest"
	"github.com/gangplank-web/gangplank/adapters/ajp"
	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
)

// What AJP cannot carry, whoever is in front.
var differences = []adaptertest.Difference{
	adaptertest.NoTrailers, adaptertest.NoClientTrailers, adaptertest.NoInformational, adaptertest.NoHijack,
	adaptertest.JoinedFields, adaptertest.FrontLimitsHead,
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
			l := protocoltest.Listen(t, test.network)
			protocoltest.Serve(t, &ajp.Server{Handler: adaptertest.Handler(), Logger: slog.New(slog.DiscardHandler), Mount: test.mount, Secret: test.secret}, l)
			adaptertest.Run(t, adaptertest.Target{
				URL:         "http://127.0.0.1" + test.mount,
				Transport:   &adaptertest.AJP{Dial: protocoltest.Dialer(l), Secret: test.secret, Keep: test.keep},
				Attached:    true,
				Interface:   "AJP/1.3",
				Differences: differences,
				Exact:       true,
			})
		})
	}
}
