package scgi_test

import (
	"log/slog"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/adaptertest"
	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
	"github.com/gangplank-web/gangplank/adapters/scgi"
)

// What SCGI cannot carry, whoever is in front.
var differences = []adaptertest.Difference{
	adaptertest.NoTrailers, adaptertest.NoInformational, adaptertest.NoHijack, adaptertest.JoinedFields, adaptertest.NoChunkedRequests,
}

func TestConformance(t *testing.T) {
	for _, test := range []struct {
		name, network, mount string
		differences          []adaptertest.Difference
	}{
		{name: "tcp", network: "tcp"},
		{name: "unix", network: "unix", differences: []adaptertest.Difference{adaptertest.BrokenAnswerNotSignalled}},
		{name: "mounted", network: "tcp", mount: "/some/mount"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l := protocoltest.Listen(t, test.network)
			protocoltest.Serve(t, &scgi.Server{Handler: adaptertest.Handler(), Logger: slog.New(slog.DiscardHandler)}, l)
			adaptertest.Run(t, adaptertest.Target{
				URL:         "http://127.0.0.1" + test.mount,
				Transport:   &adaptertest.SCGI{Dial: protocoltest.Dialer(l), Mount: test.mount},
				Attached:    true,
				Interface:   "SCGI/1",
				Differences: append(test.differences, differences...),
				Exact:       true,
			})
		})
	}
}
