package ajp

import (
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// A request comes as one packet. It is translated into the variables of CGI, as
// which all gateways' requests are understood, and into one string that holds
// them all; no other string is made of it.

// variables are pairs in a block: the lengths of name and value, two bytes each,
// name, value. It is a gateway.Source of those before own; the rest are the
// attributes that mean nothing to us, which must not be found among them.
type variables struct {
	block string
	own   int
}

// Pair implements gateway.Source.
func (v *variables) Pair(pos int) (name, value string, next int, ok bool) {
	if pos >= v.own {
		return "", "", pos, false
	}
	return cutPair(v.block, pos)
}

// cutPair returns the pair at pos, which is there.
func cutPair(block string, pos int) (name, value string, next int, ok bool) {
	s := block[pos:]
	n := int(s[0])<<8 | int(s[1])
	m := int(s[2])<<8 | int(s[3])
	s = s[4:]
	return s[:n], s[n : n+m], pos + 4 + n + m, true
}

// appendPair appends a pair of which neither part is longer than a packet.
func appendPair[N, V ~string | ~[]byte](b []byte, name N, value V) []byte {
	b = binary.BigEndian.AppendUint16(b, uint16(len(name)))
	b = binary.BigEndian.AppendUint16(b, uint16(len(value)))
	b = append(b, name...)
	return append(b, value...)
}

// forward translates a FORWARD_REQUEST.
type forward struct {
	reader
	decoded bool // the path comes decoded, as from lighttpd

	pairs, others      []byte
	uri, query, secret []byte
	hasQuery           bool
	method             byte
	named              []byte // the method, if it has no code
	length, coding     []byte // Content-Length, Transfer-Encoding
}

var forwards = sync.Pool{New: func() any { return new(forward) }}

// refusal is an error that the client gets to see as a status.
type refusal struct {
	status int
	error
}

// HTTPStatus is what gangplank.StatusOf asks for.
func (r *refusal) HTTPStatus() int { return r.status }

func badRequest(err error) error { return &refusal{http.StatusBadRequest, err} }

var errSecret = &refusal{http.StatusForbidden, errors.New("request without the right secret")}

// translate translates a packet whose first byte has been looked at. No part of
// it is used before the secret is known to be right. An empty secret is none.
func translate(packet []byte, secret string, decoded bool) (v variables, err error) {
	f := forwards.Get().(*forward)
	*f = forward{reader: reader{b: packet[1:]}, decoded: decoded, pairs: f.pairs[:0], others: f.others[:0]}
	defer func() {
		f.reader, f.uri, f.query, f.secret, f.named, f.length, f.coding = reader{}, nil, nil, nil, nil, nil, nil
		forwards.Put(f)
	}()
	f.line()
	f.fields()
	f.attributes()
	switch {
	case f.err != nil:
		return v, badRequest(f.err)
	case secret != "" && subtle.ConstantTimeCompare(f.secret, []byte(secret)) == 0: // CVE-2026-43514
		return v, errSecret
	}
	if err := f.finish(); err != nil {
		return v, badRequest(err)
	}
	v.own = len(f.pairs)
	f.pairs = append(f.pairs, f.others...)
	v.block = string(f.pairs)
	return v, nil
}

// variable adds a variable, unless the front server has sent none.
func (f *forward) variable(name string) {
	if value, ok := f.string(); ok {
		f.pairs = appendPair(f.pairs, name, value)
	}
}

// line reads what is in the place of a request line, and who asks whom.
func (f *forward) line() {
	f.method = f.byte()
	f.variable("SERVER_PROTOCOL")
	f.uri, _ = f.string()
	f.variable("REMOTE_ADDR")
	f.variable("REMOTE_HOST")
	f.variable("SERVER_NAME")
	var digits [5]byte
	f.pairs = appendPair(f.pairs, "SERVER_PORT", strconv.AppendUint(digits[:0], uint64(f.uint16()), 10))
	if f.byte() != 0 {
		f.pairs = appendPair(f.pairs, "HTTPS", "on")
	}
}

// fields reads the header fields.
func (f *forward) fields() {
	for n := f.uint16(); n > 0 && f.err == nil; n-- {
		name := f.fieldName()
		value, ok := f.string()
		if ok && f.err == nil {
			f.field(name, value)
		}
	}
}

// field adds a header field. Names come as the client wrote them. One with an
// underscore would meet that with a hyphen in the same variable (a proxy's
// X-Real-IP and a client's X_Real_IP); it is left out, as nginx and Apache leave
// it out of the variables of other gateways.
func (f *forward) field(name, value []byte) {
	start := len(f.pairs)
	f.pairs = appendPair(f.pairs, "HTTP_", "")
	for _, c := range name {
		switch {
		case c == '_':
			f.pairs = f.pairs[:start]
			return
		case c == '-':
			c = '_'
		case 'a' <= c && c <= 'z':
			c -= 'a' - 'A'
		}
		f.pairs = append(f.pairs, c)
	}
	folded := f.pairs[start+4:]
	switch string(folded[len("HTTP_"):]) {
	case "CONTENT_LENGTH":
		f.length = value
		f.pairs = appendPair(f.pairs[:start], "CONTENT_LENGTH", value)
		return
	case "CONTENT_TYPE":
		f.pairs = appendPair(f.pairs[:start], "CONTENT_TYPE", value)
		return
	case "TRANSFER_ENCODING":
		if f.coding != nil {
			f.fail(errTwoCodings)
		}
		f.coding = value
	}
	binary.BigEndian.PutUint16(f.pairs[start:], uint16(len(folded)))
	binary.BigEndian.PutUint16(f.pairs[start+2:], uint16(len(value)))
	f.pairs = append(f.pairs, value...)
}

var (
	errTwoCodings = errors.New("two Transfer-Encoding fields")
	errFraming    = errors.New("body with a length and with a Transfer-Encoding")
	errCoding     = errors.New("Transfer-Encoding that is not just chunked")
	errMethod     = errors.New("method without a name")
	errTrailing   = errors.New("bytes after the end of the request")
)

// finish adds what is known only at the end.
//
// A front server and we must agree on whether a packet with the body's beginning
// follows: Apache before 2.4.54 sent one for a Transfer-Encoding that it did not
// recognise, and the backend took it for the next request (CVE-2022-26377).
func (f *forward) finish() error {
	switch {
	case f.coding != nil && f.length != nil:
		return errFraming
	case f.coding != nil && !strings.EqualFold(string(f.coding), "chunked"):
		return errCoding
	case f.method == storedMethod && f.named == nil,
		f.method != storedMethod && (f.method == 0 || int(f.method) >= len(methods) || f.named != nil):
		return errMethod
	}
	if f.method == storedMethod {
		f.pairs = appendPair(f.pairs, "REQUEST_METHOD", f.named)
	} else {
		f.pairs = appendPair(f.pairs, "REQUEST_METHOD", methods[f.method])
	}
	f.pairs = appendPair(f.pairs, "QUERY_STRING", f.query)
	if f.decoded { // from which the raw one is put together again
		f.pairs = appendPair(f.pairs, "PATH_INFO", f.uri)
		return nil
	}
	start := len(f.pairs)
	f.pairs = appendPair(f.pairs, "REQUEST_URI", f.uri)
	if f.hasQuery {
		f.pairs = append(f.pairs, '?')
		f.pairs = append(f.pairs, f.query...)
		binary.BigEndian.PutUint16(f.pairs[start+2:], uint16(len(f.uri)+1+len(f.query)))
	}
	return nil
}
