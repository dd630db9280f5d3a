package ajp

import (
	"fmt"
	"iter"
	"net/http"
	"strings"

	gangplank "github.com/gangplank-web/gangplank"
)

// Attributes are the attributes of a request that mean nothing to this package:
// what the front server's administrator has added to it (SetEnv AJP_NAME of
// Apache, JkEnvVar NAME of mod_jk). They are no variables of its Gateway, and
// never become header fields, paths or anything else (Ghostcat, CVE-2020-1938).
type Attributes struct{ block string }

var attributesSlot = gangplank.NewSlot[Attributes]("ajp attributes")

// AttributesOf returns a request's attributes.
func AttributesOf(r *http.Request) Attributes { return attributesSlot.Get(r) }

// Get returns the value of an attribute; the last one, if it was sent more than
// once.
func (a Attributes) Get(name string) (value string, ok bool) {
	for n, v := range a.All() {
		if n == name {
			value, ok = v, true
		}
	}
	return value, ok
}

// All yields the attributes in the order received.
func (a Attributes) All() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for pos := 0; pos < len(a.block); {
			name, value, next, _ := cutPair(a.block, pos)
			if !yield(name, value) {
				return
			}
			pos = next
		}
	}
}

// attributes returns those of the packet.
func (v *variables) attributes() Attributes { return Attributes{v.block[v.own:]} }

// attributes reads them up to the end of the packet.
func (f *forward) attributes() {
	for f.err == nil {
		switch a := attribute(f.byte()); a {
		case attrsDone:
			if len(f.b) > 0 {
				f.fail(errTrailing)
			}
			return
		case attrQueryString:
			f.query, f.hasQuery = f.string()
		case attrSecret:
			f.secret, _ = f.string()
		case attrStoredMethod:
			f.named, _ = f.string()
		case attrSSLKeySize:
			f.pairs = appendPair(f.pairs, "SSL_CIPHER_USEKEYSIZE", f.keySize())
		case attrContext, attrServletPath: // of servlets; no front server sends them
			f.string()
		case attrNamed:
			f.namedAttribute()
		default:
			name := variableOf(a)
			if name == "" {
				f.fail(fmt.Errorf("attribute of code %d", a))
				return
			}
			f.variable(name)
		}
	}
}

// variableOf returns the variable in which other gateways have an attribute.
func variableOf(a attribute) string {
	switch a {
	case attrRemoteUser:
		return "REMOTE_USER"
	case attrAuthType:
		return "AUTH_TYPE"
	case attrRoute:
		return "AJP_ROUTE"
	case attrSSLCert:
		return "SSL_CLIENT_CERT"
	case attrSSLCipher:
		return "SSL_CIPHER"
	case attrSSLSession:
		return "SSL_SESSION_ID"
	}
	return ""
}

// namedAttribute reads an attribute that has a name. Only a few are variables,
// which front servers fill in themselves or which an administrator has asked them
// to; no other name can become one.
func (f *forward) namedAttribute() {
	name, _ := f.string()
	value, _ := f.string()
	if variable := variableNamed(string(name)); variable != "" {
		f.pairs = appendPair(f.pairs, variable, value)
		return
	}
	f.others = appendPair(f.others, name, value)
}

func variableNamed(name string) string {
	switch name {
	case "AJP_REMOTE_PORT":
		return "REMOTE_PORT"
	case "AJP_LOCAL_ADDR":
		return "SERVER_ADDR"
	case "AJP_SSL_PROTOCOL":
		return "SSL_PROTOCOL"
	case "SSL_CLIENT_VERIFY", "SSL_TLS_SNI", "SSL_SESSION_RESUMED":
		return name
	}
	if strings.HasPrefix(name, "SSL_CLIENT_CERT_CHAIN_") {
		return name
	}
	return ""
}
