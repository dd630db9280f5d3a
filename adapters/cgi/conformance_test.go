package cgi_test

import (
	"os"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/adapters/adaptertest"
)

// What CGI cannot carry, whatever the web server.
var differences = []adaptertest.Difference{
	adaptertest.NoTrailers, adaptertest.NoClientTrailers, adaptertest.NoInformational, adaptertest.NoHijack,
	adaptertest.JoinedFields, adaptertest.ProcessPerRequest, adaptertest.BrokenAnswerNotSignalled,
	adaptertest.FrontRefusesNUL, // an environment cannot hold one
}

func TestConformance(t *testing.T) {
	for name, mount := range map[string]string{"root": "", "mounted": "/some/mount"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			adaptertest.Run(t, adaptertest.Target{
				URL: "http://127.0.0.1" + mount,
				Transport: &adaptertest.CGI{
					Path:  os.Args[0],
					Env:   []string{programVariable + "=conformance", quickExit},
					Mount: mount,
				},
				Attached:    true,
				Interface:   "CGI/1.1",
				Differences: differences,
				Exact:       true,
				Timeout:     time.Minute, // some cases start a hundred processes
				Except: map[string]string{
					"body/cut-chunked": "a body of unknown length ends with standard input, however that came to its end",
				},
			})
		})
	}
}
