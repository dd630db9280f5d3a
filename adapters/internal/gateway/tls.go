package gateway

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// isTLS reports whether the client's connection was encrypted, by HTTPS, else
// by REQUEST_SCHEME; never by the port.
func (d *draft) isTLS() bool {
	if d.https != "" {
		return strings.EqualFold(d.https, "on") || d.https == "1" || strings.EqualFold(d.https, "https")
	}
	return strings.EqualFold(d.scheme, "https")
}

// setTLS sets r.TLS from what mod_ssl, lighttpd and others say of the
// connection (SSL_*). VerifiedChains stays empty: the front server verified the
// client, but which chain it took it does not say.
func (q *Request) setTLS(r *http.Request) {
	state := &tls.ConnectionState{HandshakeComplete: true}
	for name, value := range q.Vars() {
		switch name {
		case "SSL_PROTOCOL":
			state.Version = tlsVersion(value)
		case "SSL_CIPHER":
			state.CipherSuite = cipherSuite(value)
		case "SSL_TLS_SNI":
			state.ServerName = value
		case "SSL_SESSION_RESUMED":
			state.DidResume = value == "Resumed"
		}
	}
	switch r.ProtoMajor {
	case 2:
		state.NegotiatedProtocol = "h2"
	case 3:
		state.NegotiatedProtocol = "h3"
	}
	if q.clientVerified() {
		state.PeerCertificates = q.clientCertificates()
	}
	r.TLS = state
}

// clientVerified compares SSL_CLIENT_VERIFY exactly: GENEROUS and FAILED:...
// are what a server says that let somebody in unverified.
func (q *Request) clientVerified() bool {
	verify, _ := q.Var("SSL_CLIENT_VERIFY")
	return verify == "SUCCESS"
}

// ClientCertUnverified returns the certificate that the client showed and the
// front server passed on without having verified it; nil if there is none. A
// verified one is in the request's TLS.PeerCertificates. It is parsed when
// somebody asks, and everybody gets the same.
func (q *Request) ClientCertUnverified() *x509.Certificate {
	if cert := q.cert.Load(); cert != nil || q.clientVerified() {
		return cert
	}
	if certs := q.clientCertificates(); len(certs) > 0 {
		q.cert.CompareAndSwap(nil, certs[0])
	}
	return q.cert.Load()
}

// clientCertificates parses SSL_CLIENT_CERT and the chain after it. It returns
// none if the first does not parse, and stops at a later one.
func (q *Request) clientCertificates() []*x509.Certificate {
	const maxChain = 16 // mod_ssl's default depth is 1
	var certs []*x509.Certificate
	leaf, _ := q.Var("SSL_CLIENT_CERT")
	for text := leaf; len(certs) < maxChain; {
		cert := parseCertificate(text)
		if cert == nil {
			break
		}
		certs = append(certs, cert)
		text, _ = q.Var("SSL_CLIENT_CERT_CHAIN_" + strconv.Itoa(len(certs)-1))
	}
	return certs
}

// parseCertificate takes PEM as Apache and lighttpd send it, with the tabs of
// nginx's $ssl_client_cert or escaped as in its $ssl_client_escaped_cert.
func parseCertificate(text string) *x509.Certificate {
	if strings.HasPrefix(text, "-----BEGIN%20") {
		text, _ = url.PathUnescape(text)
	}
	block, _ := pem.Decode([]byte(strings.ReplaceAll(text, "\t", "")))
	if block == nil || block.Type != "CERTIFICATE" {
		return nil
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil
	}
	return cert
}

// tlsVersion reads OpenSSL's name of a protocol version.
func tlsVersion(name string) uint16 {
	switch name {
	case "TLSv1.3":
		return tls.VersionTLS13
	case "TLSv1.2":
		return tls.VersionTLS12
	case "TLSv1.1":
		return tls.VersionTLS11
	case "TLSv1":
		return tls.VersionTLS10
	}
	return 0
}
