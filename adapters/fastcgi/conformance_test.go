package fastcgi_test

import (
	"log/slog"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/adaptertest"
	"github.com/gangplank-web/gangplank/adapters/fastcgi"
	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
)

// What FastCGI cannot carry, whoever is in front.
var differences = []adaptertest.Difference{
	adaptertest.NoTrailers, adaptertest.NoClientTrailers, adaptertest.NoInformational, adaptertest.NoHijack,
	adaptertest.JoinedFields,
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
			t.Parallel()
			l := protocoltest.Listen(t, "unix")
			protocoltest.Serve(t, &fastcgi.Server{Handler: adaptertest.Handler(), Logger: slog.New(slog.DiscardHandler)}, l)
			adaptertest.Run(t, adaptertest.Target{
				URL:         "http://127.0.0.1" + test.mount,
				Transport:   &adaptertest.FastCGI{Dial: protocoltest.Dialer(l), Mount: test.mount, Keep: test.keep},
				Attached:    true,
				Interface:   "FastCGI/1.0",
				Differences: differences,
				Exact:       true,
			})
		})
	}
}
