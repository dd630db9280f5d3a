package httpd_test

import (
	"net"
	"net/http"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/adaptertest"
	"github.com/gangplank-web/gangplank/adapters/httpd"
)

func TestConformance(t *testing.T) {
	addr := start(t, &httpd.Server{Handler: adaptertest.Handler()})
	adaptertest.Run(t, adaptertest.Target{URL: "http://" + addr, Attached: true, Interface: "HTTP"})
}

func TestConformanceMounted(t *testing.T) {
	addr := start(t, &httpd.Server{Handler: adaptertest.Handler(), Mount: "/some/mount"})
	adaptertest.Run(t, adaptertest.Target{URL: "http://" + addr + "/some/mount", Attached: true, Interface: "HTTP"})
}

func TestConformanceUnix(t *testing.T) {
	path := t.TempDir() + "/s"
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	startOn(t, &httpd.Server{Handler: adaptertest.Handler()}, l)
	adaptertest.Run(t, adaptertest.Target{
		URL: "http://localhost", Attached: true, Interface: "HTTP",
		Transport:   &adaptertest.Transport{Dial: dialUnix(path)},
		Differences: []adaptertest.Difference{adaptertest.NoRemotePort},
		Exact:       true,
	})
}

func TestConformanceHTTP2(t *testing.T) {
	cert, key := writeCert(t, t.TempDir(), 1)
	addr := start(t, &httpd.Server{Handler: adaptertest.Handler(), CertFile: cert, KeyFile: key})
	_, tr := client(t, http2)
	conformHTTP2(t, "https://"+addr, tr)
}

func TestConformanceH2C(t *testing.T) {
	addr := start(t, &httpd.Server{Handler: adaptertest.Handler(), H2C: true})
	_, tr := client(t, h2c)
	conformHTTP2(t, "http://"+addr, tr)
}

// netHTTP2 names the cases in which net/http itself does over HTTP/2 something
// else than over HTTP/1.1. What it does, we pass on.
var netHTTP2 = map[string]string{
	"body/after-close":    "net/http: the error is another one",
	"life/body-after":     "net/http: the body can be read after the handler has returned",
	"answer-field/values": "net/http: blanks around values are sent",
	"no-body/304-fields":  "net/http: Content-Type is sent with a 304",
	"no-body/204-length":  "net/http: Content-Length is sent with a 204",
	"head/flushed":        "net/http: the stream ends with the head, and the second Flush fails",
}

func conformHTTP2(t *testing.T, url string, tr *http.Transport) {
	tr.DisableCompression = true
	adaptertest.Run(t, adaptertest.Target{
		URL: url, Attached: true, Interface: "HTTP", TLS: url[4] == 's', Transport: tr,
		Differences: []adaptertest.Difference{adaptertest.NotHTTP1, adaptertest.NoHijack},
		Except:      netHTTP2, // not Exact: what can be read of a body depends on what has come of it
	})
}
