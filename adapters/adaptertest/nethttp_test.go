package adaptertest_test

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/adaptertest"
)

// serve starts net/http's server, which is the reference: what it does is right.
func serve(t testing.TB, h http.Handler) *httptest.Server {
	t.Helper()
	srv := httptest.NewUnstartedServer(h)
	srv.Config.ErrorLog = log.New(io.Discard, "", 0) // it logs the panics and wrong calls of the table
	srv.Start()
	t.Cleanup(srv.Close)
	return srv
}

func TestNetHTTP(t *testing.T) {
	adaptertest.Run(t, adaptertest.Target{URL: serve(t, adaptertest.Handler()).URL})
}

func TestNetHTTPMounted(t *testing.T) {
	h := http.StripPrefix("/some/mount", adaptertest.Handler())
	adaptertest.Run(t, adaptertest.Target{URL: serve(t, h).URL + "/some/mount"})
}

// Behind net/http's own client the table is blind for stray bytes and the like,
// but otherwise holds: any http.RoundTripper will do.
func TestTransportOfNetHTTP(t *testing.T) {
	srv := serve(t, adaptertest.Handler())
	adaptertest.Run(t, adaptertest.Target{
		URL:       srv.URL,
		Transport: &http.Transport{DisableCompression: true},
	})
}
