package uwsgi_test

import (
	"log/slog"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/adaptertest"
	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
	"github.com/gangplank-web/gangplank/adapters/uwsgi"
)

// What the uwsgi protocol cannot carry, whoever is in front.
var differences = []adaptertest.Difference{
	adaptertest.NoTrailers, adaptertest.NoClientTrailers, adaptertest.NoInformational, adaptertest.NoHijack,
	adaptertest.JoinedFields,
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
			protocoltest.Serve(t, &uwsgi.Server{Handler: adaptertest.Handler(), Logger: slog.New(slog.DiscardHandler)}, l)
			adaptertest.Run(t, adaptertest.Target{
				URL:         "http://127.0.0.1" + test.mount,
				Transport:   &adaptertest.Uwsgi{Dial: protocoltest.Dialer(l), Mount: test.mount},
				Attached:    true,
				Interface:   "uwsgi/1",
				Differences: append(test.differences, differences...),
				Exact:       true,
				Except:      map[string]string{"field/longer": "a packet holds 64 KiB"},
			})
		})
	}
}
