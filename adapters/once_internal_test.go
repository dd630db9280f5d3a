package adapters

import (
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/adapters/scgi"
	"github.com/gangplank-web/gangplank/adapters/uwsgi"
)

const onceOptions = "0.0.0.0:0?allow=10.0.0.0/8&mount=/app&read-header-timeout=1s&read-timeout=2s&write-timeout=3s&max-param-bytes=64k" +
	"&max-params=100&body-memory=1k&body-file=none&body-dir=/&max-body=10m&max-conns=5&disable-quirks=cookie,content-length&dangerously-trust-remote-user=1"

func TestSCGIOptions(t *testing.T) {
	t.Parallel()
	got := prepared(t, "scgi://"+onceOptions).server.(*scgi.Server)
	if len(got.AllowedPeers) != 1 || got.Mount != "/app" || got.ReadHeaderTimeout != time.Second || got.ReadTimeout != 2*time.Second ||
		got.WriteTimeout != 3*time.Second || got.MaxParamBytes != 65536 || got.BodyMemory != 1024 || got.BodyFile != -1 || got.BodyDir != "/" || got.MaxParams != 100 || got.MaxBodyBytes != 10<<20 || got.MaxConns != 5 ||
		strings.Join(got.DisableQuirks, " ") != "cookie content-length" || !got.DangerouslyTrustRemoteUser {
		t.Errorf("got %+v", got)
	}
}

func TestUwsgiOptions(t *testing.T) {
	t.Parallel()
	got := prepared(t, "uwsgi://"+onceOptions).server.(*uwsgi.Server)
	if len(got.AllowedPeers) != 1 || got.Mount != "/app" || got.ReadHeaderTimeout != time.Second || got.ReadTimeout != 2*time.Second ||
		got.WriteTimeout != 3*time.Second || got.MaxParamBytes != 65536 || got.BodyMemory != 1024 || got.BodyFile != -1 || got.BodyDir != "/" || got.MaxParams != 100 || got.MaxBodyBytes != 10<<20 || got.MaxConns != 5 ||
		strings.Join(got.DisableQuirks, " ") != "cookie content-length" || !got.DangerouslyTrustRemoteUser {
		t.Errorf("got %+v", got)
	}
}

// Neither is a protocol for strangers, nor has it idle connections.
func TestOnceRefusedOptions(t *testing.T) {
	t.Parallel()
	for _, scheme := range []string{"scgi", "uwsgi"} {
		for options, want := range map[string]string{
			"0.0.0.0:0":                   "believes whoever connects",
			"127.0.0.1:0?idle-timeout=1s": `no option "idle-timeout"`,
			"127.0.0.1:0?mount=app":       `mount point "app"`,
		} {
			if _, err := prepare(protocols, setup{}, []string{scheme + "://" + options}); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s://%s: got %v, want %s", scheme, options, err, want)
			}
		}
	}
}
