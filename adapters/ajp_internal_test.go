package adapters

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/adapters/ajp"
)

func TestAJPOptions(t *testing.T) {
	t.Parallel()
	s := prepared(t, "ajp://0.0.0.0:0?allow=10.0.0.0/8&secret=hunter2&mount=/app&read-header-timeout=1s&read-timeout=2s&write-timeout=3s&idle-timeout=4s"+
		"&packet-size=64k&body-memory=1k&body-file=none&body-dir=/&max-body=10m&max-conns=5&max-requests-per-conn=6&lighttpd=1&dangerously-trust-remote-user=1")
	got := s.server.(*ajp.Server)
	if len(got.AllowedPeers) != 1 || got.Secret != "hunter2" || got.Mount != "/app" || got.ReadHeaderTimeout != time.Second || got.ReadTimeout != 2*time.Second ||
		got.WriteTimeout != 3*time.Second || got.IdleTimeout != 4*time.Second || got.PacketSize != 65536 || got.BodyMemory != 1024 || got.BodyFile != -1 || got.BodyDir != "/" || got.MaxBodyBytes != 10<<20 || got.MaxConns != 5 ||
		got.MaxRequestsPerConn != 6 || !got.Lighttpd || !got.DangerouslyTrustRemoteUser || got.DangerouslyServeWithoutSecret {
		t.Errorf("got %+v", got)
	}
}

// Ghostcat (CVE-2020-1938) was a port that believed everybody.
func TestAJPWantsASecret(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{
		"ajp://127.0.0.1:8009",
		"ajp://localhost:8009?dangerously-serve-without-secret=0",
		"ajp://0.0.0.0:8009?dangerously-allow-any-peer=1",
		"ajp://0.0.0.0:8009?dangerously-allow-any-peer=1&dangerously-serve-without-secret=1",
		"ajp://192.0.2.1:8009?allow=192.0.2.0/24&dangerously-serve-without-secret=1",
	} {
		if _, err := prepare(protocols, setup{}, []string{addr}); !errors.Is(err, ajp.ErrNoSecret) {
			t.Errorf("%s: got %v, want %v", addr, err, ajp.ErrNoSecret)
		}
	}
	for _, addr := range []string{
		"ajp://127.0.0.1:8009?secret=hunter2",
		"ajp://localhost:8009?dangerously-serve-without-secret=1",
		"ajp://[::1]:8009?dangerously-serve-without-secret=1",
		"ajp+unix:/run/app.sock",
	} {
		if _, err := prepare(protocols, setup{}, []string{addr}); err != nil {
			t.Errorf("%s: %v", addr, err)
		}
	}
}

// An abstract socket has no file whose mode could decide: it is as open as loopback.
func TestAJPWantsASecretOnAnAbstractSocket(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("abstract sockets exist on Linux only")
	}
	for options, want := range map[string]error{
		"":                                    ajp.ErrNoSecret,
		"?dangerously-serve-without-secret=0": ajp.ErrNoSecret,
		"?dangerously-serve-without-secret=1": nil,
		"?secret=hunter2":                     nil,
	} {
		if _, err := prepare(protocols, setup{}, []string{"ajp+unix:@app" + options}); !errors.Is(err, want) {
			t.Errorf("%q: got %v, want %v", options, err, want)
		}
	}
}

func TestAJPWrongOptions(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		"ajp://127.0.0.1:0?secret=hunter2&packet-size=4096":                        "option packet-size: 4096",
		"ajp://127.0.0.1:0?secret=hunter2&packet-size=none":                        "option packet-size: -1",
		"ajp://127.0.0.1:0?secret-env=GANGPLANK_TEST_UNSET":                        "the secret is empty",
		"ajp://0.0.0.0:0?secret=hunter2":                                           "not a loopback address",
		"ajp://127.0.0.1:0?secret=hunter2&dangerously-serve-without-secret=please": "want 1 or 0",
	} {
		_, err := prepare(protocols, setup{}, []string{addr})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v, want %q", addr, err, want)
		}
	}
}
