package gateway_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/url"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
)

func TestIsTLS(t *testing.T) {
	t.Parallel()
	for vars, want := range map[string]bool{
		"HTTPS=on": true, "HTTPS=On": true, "HTTPS=ON": true, "HTTPS=1": true, "HTTPS=https": true, "REQUEST_SCHEME=https": true, "HTTPS=\nREQUEST_SCHEME=HTTPS": true,
		"": false, "HTTPS=off": false, "HTTPS=0": false, "HTTPS=": false, "HTTPS=off\nREQUEST_SCHEME=https": false, "REQUEST_SCHEME=http": false,
		"SERVER_PORT=443": false, "HTTP_X_FORWARDED_PROTO=https": false, "HTTP_HTTPS=on": false,
	} {
		f := mustFill(t, base+vars, fastCGI())
		check(t, vars, f.TLS != nil, want)
		if f.TLS != nil {
			check(t, vars+": HandshakeComplete", f.TLS.HandshakeComplete, true)
		}
	}
}

func TestTLSFacts(t *testing.T) {
	t.Parallel()
	f := mustFill(t, base+`
		HTTPS=on
		SERVER_PROTOCOL=HTTP/2.0
		SSL_PROTOCOL=TLSv1.3
		SSL_CIPHER=TLS_AES_256_GCM_SHA384
		SSL_TLS_SNI=sni.example
		SSL_SESSION_RESUMED=Resumed`, fastCGI())
	check(t, "Version", f.TLS.Version, uint16(tls.VersionTLS13))
	check(t, "CipherSuite", f.TLS.CipherSuite, tls.TLS_AES_256_GCM_SHA384)
	check(t, "ServerName", f.TLS.ServerName, "sni.example")
	check(t, "NegotiatedProtocol", f.TLS.NegotiatedProtocol, "h2")
	check(t, "DidResume", f.TLS.DidResume, true)

	for name, want := range map[string]uint16{"TLSv1.2": tls.VersionTLS12, "TLSv1.1": tls.VersionTLS11, "TLSv1": tls.VersionTLS10, "SSLv3": 0, "": 0} {
		f := mustFill(t, base+"HTTPS=on\nSSL_PROTOCOL="+name, fastCGI())
		check(t, name, f.TLS.Version, want)
	}
	for name, want := range map[string]uint16{
		"ECDHE-RSA-AES128-GCM-SHA256":             tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		"ECDHE-ECDSA-CHACHA20-POLY1305":           tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
		"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256":   tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		"AES256-SHA":                              tls.TLS_RSA_WITH_AES_256_CBC_SHA,
		"DHE-RSA-AES128-GCM-SHA256 (no Go suite)": 0,
	} {
		f := mustFill(t, base+"HTTPS=on\nSSL_CIPHER="+name, fastCGI())
		check(t, name, f.TLS.CipherSuite, want)
	}
}

func TestClientCertificate(t *testing.T) {
	t.Parallel()
	leaf, parent := certificate(t, "leaf"), certificate(t, "parent")
	withTabs := strings.ReplaceAll(strings.TrimSuffix(leaf, "\n"), "\n", "\n\t")
	tests := []struct {
		desc, verify, cert, chain string
		https                     bool
		peer                      int  // how many PeerCertificates
		unverified                bool // ClientCertUnverified gives the leaf
	}{
		{desc: "verified", https: true, verify: "SUCCESS", cert: leaf, peer: 1},
		{desc: "verified, with a chain", https: true, verify: "SUCCESS", cert: leaf, chain: parent, peer: 2},
		{desc: "verified, nginx's $ssl_client_cert", https: true, verify: "SUCCESS", cert: withTabs, peer: 1},
		{desc: "verified, escaped", https: true, verify: "SUCCESS", cert: url.PathEscape(leaf), peer: 1},
		{desc: "verified, but garbage", https: true, verify: "SUCCESS", cert: "garbage", peer: 0},
		{desc: "verified, but none sent", https: true, verify: "SUCCESS", peer: 0},
		{desc: "verified, but a key", https: true, verify: "SUCCESS", cert: strings.ReplaceAll(leaf, "CERTIFICATE", "PRIVATE KEY"), peer: 0},
		{desc: "generous", https: true, verify: "GENEROUS", cert: leaf, unverified: true},
		{desc: "failed", https: true, verify: "FAILED:self-signed certificate", cert: leaf, unverified: true},
		{desc: "other case", https: true, verify: "success", cert: leaf, unverified: true},
		{desc: "more than success", https: true, verify: "SUCCESS ", cert: leaf, unverified: true},
		{desc: "nothing said", https: true, cert: leaf, unverified: true},
		{desc: "none", https: true, verify: "NONE"},
		{desc: "not encrypted", verify: "SUCCESS", cert: leaf},
	}
	for _, test := range tests {
		t.Run(test.desc, func(t *testing.T) {
			t.Parallel()
			l := append(vars(base), gateway.Variable{Name: "SSL_CLIENT_VERIFY", Value: test.verify})
			if test.https {
				l = append(l, gateway.Variable{Name: "HTTPS", Value: "on"})
			}
			if test.cert != "" {
				l = append(l, gateway.Variable{Name: "SSL_CLIENT_CERT", Value: test.cert})
			}
			if test.chain != "" {
				l = append(l, gateway.Variable{Name: "SSL_CLIENT_CERT_CHAIN_0", Value: test.chain})
			}
			f, err := fill(l, fastCGI())
			if err != nil {
				t.Fatal(err)
			}
			check(t, "TLS", f.TLS != nil, test.https)
			if f.TLS != nil {
				check(t, "PeerCertificates", len(f.TLS.PeerCertificates), test.peer)
				check(t, "VerifiedChains", len(f.TLS.VerifiedChains), 0)
			}
			if test.peer > 0 {
				check(t, "leaf", f.TLS.PeerCertificates[0].Subject.CommonName, "leaf")
			}
			cert := f.ClientCertUnverified()
			check(t, "ClientCertUnverified", cert != nil, test.unverified)
			check(t, "the same one again", f.ClientCertUnverified() == cert, true)
		})
	}
}

// certificate makes a self-signed one.
func certificate(t *testing.T, name string) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: der}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
