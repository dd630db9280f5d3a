package gateway

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"

	"github.com/gangplank-web/gangplank"
)

// Options says how an adapter's protocol and its user's settings bear on a
// request. One value serves all requests of a listener; it is only read.
type Options struct {
	// Interface is the protocol and its version as gangplank.Gateway names it,
	// like "FastCGI/1.0". Some quirks depend on it.
	Interface string

	// Mount overrides the mount point that the variables tell: a path like
	// "/app", or "/" for the root. It must have come from [ParseMount]. A
	// request for a path outside it is refused with 404.
	Mount string

	// Disable turns quirks off. The zero value leaves all of them on.
	Disable Quirks

	// BodyToEOF says that a body without CONTENT_LENGTH ends where the
	// protocol's stream ends (FastCGI): its ContentLength is -1. Without it
	// such a request has no body (CGI, SCGI, uwsgi), since nothing would tell
	// where the body ends.
	BodyToEOF bool

	// ChunkedToEOF does the same for a request that still has its
	// Transfer-Encoding, whatever BodyToEOF says: Apache passes such a body to
	// CGI programs decoded, without a length, and up to the end of the
	// program's input.
	ChunkedToEOF bool

	// TrustUser makes the front server's RemoteUser the request's user.
	TrustUser bool

	// NoBody says that no body comes whatever the variables say, as in
	// FastCGI's authorizer role.
	NoBody bool
}

// NewOptions makes Options from what all gateways let their users set; an error
// joins all that is wrong with it, and names the fields.
func NewOptions(protocol, mount string, disableQuirks []string, trustUser bool) (o Options, err error) {
	o = Options{Interface: protocol, TrustUser: trustUser}
	var mountErr, quirksErr error
	if mount != "" {
		o.Mount, mountErr = ParseMount(mount)
	}
	o.Disable, quirksErr = ParseQuirks(disableQuirks...)
	return o, errors.Join(fault("Mount", mountErr), fault("DisableQuirks", quirksErr))
}

func fault(field string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", field, err)
}

// Request holds what a request's variables say besides the *http.Request. An
// adapter embeds it in its per-request object, so that its parts cost no
// allocation of their own. It is a gangplank.GatewayFacts of a gateway without
// an error stream; one that has it puts a Stderr of its own in front.
type Request struct {
	src  Source
	url  url.URL
	cert atomic.Pointer[x509.Certificate] // see ClientCertUnverified
}

var _ gangplank.GatewayFacts = (*Request)(nil)

// drafts are reused because the quirks' fixes, called through a table, make
// each one escape to the heap. A draft holds only strings and is cleared before
// it goes back, so that no request can see another one's.
var drafts = sync.Pool{New: func() any { return &draft{fields: make([]Variable, 0, usualFields)} }}

// Fill sets the fields of r from src: all that net/http's server sets, but for
// Body and the context, which are the adapter's. It keeps src. The Gateway is
// for Context.SetGateway; what it lacks is FastCGI's Role. The error is an
// *[Error]; r is then of no use, but q answers Var and Vars.
func (q *Request) Fill(r *http.Request, src Source, o *Options) (gangplank.Gateway, error) {
	d := drafts.Get().(*draft)
	defer d.release()
	d.Options = o
	q.src = src
	gw := gangplank.Gateway{Interface: o.Interface, Facts: q}
	if err := d.scan(src); err != nil {
		return gw, err
	}
	gw.Software = d.software
	d.repair(src)
	scriptName, err := q.shape(r, d)
	gw.ScriptName = scriptName
	return gw, err
}

// shape fills r from the repaired draft.
func (q *Request) shape(r *http.Request, d *draft) (scriptName string, err error) {
	if !validMethod(d.method) {
		return "", badRequest("bad or missing REQUEST_METHOD " + quote(d.method))
	}
	r.Method = d.method
	if err := d.setProto(r); err != nil {
		return "", err
	}
	if scriptName, err = q.setURL(r, d); err != nil {
		return "", err
	}
	if err := d.setLength(r); err != nil {
		return "", err
	}
	if err := d.setHeader(r); err != nil {
		return "", err
	}
	if err := d.setHost(r); err != nil {
		return "", err
	}
	if err := d.setRemoteAddr(r); err != nil {
		return "", err
	}
	if d.isTLS() {
		q.setTLS(r)
	}
	r.Close = wantsClose(r)
	return scriptName, nil
}
