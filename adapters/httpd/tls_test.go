package httpd_test

import (
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"os"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/httpd"
)

// tlsConfig has a certificate if it is given a test.
func tlsConfig(t *testing.T) *tls.Config {
	if t == nil {
		return &tls.Config{MinVersion: tls.VersionTLS13}
	}
	pair, err := tls.LoadX509KeyPair(writeCert(t, t.TempDir(), 7))
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}}
}

func TestVersions(t *testing.T) {
	cert, key := writeCert(t, t.TempDir(), 1)
	secure := start(t, &httpd.Server{Handler: http.HandlerFunc(hello), CertFile: cert, KeyFile: key})
	own := start(t, &httpd.Server{Handler: http.HandlerFunc(hello), TLSConfig: tlsConfig(t)})
	plain := start(t, &httpd.Server{Handler: http.HandlerFunc(hello)})
	both := start(t, &httpd.Server{Handler: http.HandlerFunc(hello), H2C: true})
	tests := []struct {
		desc, url string
		set       func(*http.Protocols)
		want      string // "": it must fail
	}{
		{"TLS, HTTP/1.1", "https://" + secure, http1, "hello HTTP/1.1"},
		{"TLS, HTTP/2", "https://" + secure, http2, "hello HTTP/2.0"},
		{"own configuration, HTTP/2", "https://" + own, http2, "hello HTTP/2.0"},
		{"plain", "http://" + plain, http1, "hello HTTP/1.1"},
		{"plain, HTTP/2 not switched on", "http://" + plain, h2c, ""},
		{"H2C", "http://" + both, h2c, "hello HTTP/2.0"},
		{"H2C leaves HTTP/1.1 alone", "http://" + both, http1, "hello HTTP/1.1"},
	}
	for _, tt := range tests {
		t.Run(tt.desc, func(t *testing.T) {
			c, _ := client(t, tt.set)
			if tt.want == "" {
				if status := outcome(c, tt.url); status == 200 {
					t.Errorf("got status %d", status)
				}
				return
			}
			if _, got := get(t, c, tt.url); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// Two listeners of one plain server: net/http prepares for HTTP/2 at the first,
// which must not turn the second into one for TLS.
func TestSecondListenerIsPlainToo(t *testing.T) {
	s := &httpd.Server{Handler: http.HandlerFunc(hello)}
	c, _ := client(t, http1)
	for range 2 {
		addr := start(t, s)
		if _, got := get(t, c, "http://"+addr); got != "hello HTTP/1.1" {
			t.Errorf("got %q", got)
		}
	}
}

func TestCertificateFollowsItsFiles(t *testing.T) {
	dir := t.TempDir()
	cert, key := writeCert(t, dir, 1)
	var log logBuffer
	addr := start(t, &httpd.Server{Handler: http.HandlerFunc(hello), CertFile: cert, KeyFile: key,
		Logger: slog.New(slog.NewTextHandler(&log, nil))})
	wantSerial(t, addr, 1)

	writeCert(t, dir, 2)
	wantSerial(t, addr, 2)

	// In the middle of a renewal the two do not match: the old pair stays.
	oldKey, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	writeCert(t, dir, 3)
	newKey, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile(key, oldKey, 0o600)
	wantSerial(t, addr, 2)
	if log.String() == "" {
		t.Error("nothing in the log")
	}
	logged := log.String()
	wantSerial(t, addr, 2)
	if log.String() != logged {
		t.Error("each handshake complains again")
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	wantSerial(t, addr, 2)
	os.WriteFile(key, newKey, 0o600)
	wantSerial(t, addr, 3)
}

func wantSerial(t *testing.T, addr string, want int64) {
	t.Helper()
	c, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if got := c.ConnectionState().PeerCertificates[0].SerialNumber.Int64(); got != want {
		t.Errorf("got certificate %d, want %d", got, want)
	}
}

// A client that does not get on with the handshake is given up.
func TestHandshakeTimeout(t *testing.T) {
	addr := start(t, &httpd.Server{TLSConfig: tlsConfig(t), ReadHeaderTimeout: 1})
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	wantClosed(t, c)
}
