package gangplank

import (
	"crypto/x509"
	"io"
	"iter"
	"os"
)

// Gateway holds the facts of the interface through which a request came. Over
// plain HTTP all but Interface and ScriptName is empty.
type Gateway struct {
	// Interface names the protocol: "CGI/1.1", "FastCGI/1.0", "SCGI/1",
	// "uwsgi/1", "AJP/1.3" or "HTTP"; empty when no adapter of ours served it.
	Interface string
	// Software is the front server's SERVER_SOFTWARE, such as "nginx/1.22.1".
	Software string
	// ScriptName is the mount point: what stands before URL.Path in the path
	// that the client asked for, decoded, without a slash at its end; empty at
	// the root. It is not always the variable SCRIPT_NAME, which front servers
	// fill in differently; see Var for that.
	ScriptName string
	// Role is FastCGI's: "RESPONDER", "AUTHORIZER" or "FILTER"; else empty.
	Role string
	// Facts answers for what is looked up rarely; nil when there is nothing.
	Facts GatewayFacts
}

// GatewayFacts is what an adapter implements for the facts that most requests
// never ask for. Its methods may be called from several goroutines.
type GatewayFacts interface {
	// Var returns a raw variable of the gateway protocol.
	Var(name string) (value string, ok bool)
	// Vars yields all of them in the order received, doubled names included.
	Vars() iter.Seq2[string, string]
	// Stderr returns the gateway's error stream.
	Stderr() io.Writer
	// ClientCertUnverified returns the client certificate that the front server
	// passed on without saying that it had verified it.
	ClientCertUnverified() *x509.Certificate
}

// Var returns the gateway's raw variable of that name, or "". Variables are
// CGI's meta-variables (RFC 3875, section 4.1) and what the front server's
// administrator added; what begins with HTTP_ is the client's word. Under CGI,
// which has one place for both, Var sees the program's whole environment; Vars
// yields only what is known to be the request's.
func (g *Gateway) Var(name string) string {
	if g.Facts == nil {
		return ""
	}
	value, _ := g.Facts.Var(name)
	return value
}

// Vars yields the gateway's raw variables in the order received.
func (g *Gateway) Vars() iter.Seq2[string, string] {
	if g.Facts == nil {
		return func(func(string, string) bool) {}
	}
	return g.Facts.Vars()
}

// Stderr returns the gateway's error stream, whose text ends up in the front
// server's error log: FCGI_STDERR, or the standard error of a CGI program.
// Where the protocol has none it is os.Stderr.
func (g *Gateway) Stderr() io.Writer {
	if g.Facts != nil {
		if w := g.Facts.Stderr(); w != nil {
			return w
		}
	}
	return os.Stderr
}

// ClientCertUnverified returns a client certificate that the front server
// passed on (SSL_CLIENT_CERT, AJP's ssl_cert) without the verdict SUCCESS. It
// proves nothing about who sent it; a verified one is in r.TLS.
func (g *Gateway) ClientCertUnverified() *x509.Certificate {
	if g.Facts == nil {
		return nil
	}
	return g.Facts.ClientCertUnverified()
}
