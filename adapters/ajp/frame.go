package ajp

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// This file is the wire format and nothing else: bytes to values and back, as
// spec.md describes them. It knows neither connections nor HTTP.

// Sizes of a packet. Its head is two bytes of magic and the length of the rest.
const (
	headerLen = 4
	minPacket = 8 << 10 // what all peers can do, and the default
	maxPacket = 1 << 16 // with its head
)

// Magic: which way a packet goes.
const (
	toContainer = 0x1234
	toServer    = 'A'<<8 | 'B'
)

// packetType is the first byte of a packet, but for those that carry a request's
// body, which have none.
type packetType uint8

const (
	typeForwardRequest packetType = 2
	typeSendBodyChunk  packetType = 3
	typeSendHeaders    packetType = 4
	typeEndResponse    packetType = 5
	typeGetBodyChunk   packetType = 6
	typeShutdown       packetType = 7
	typePing           packetType = 8
	typeCPong          packetType = 9
	typeCPing          packetType = 10
)

// parseHeader reads the head of a packet to the container, which is the first
// headerLen bytes of b, and returns the length of what follows.
func parseHeader(b []byte) (length int, err error) {
	_ = b[headerLen-1]
	if magic := binary.BigEndian.Uint16(b); magic != toContainer {
		return 0, fmt.Errorf("packet that begins with %#04x", magic)
	}
	return int(binary.BigEndian.Uint16(b[2:])), nil
}

var errCut = errors.New("packet ends in the middle of a value")

// A reader takes values off the front of a packet. After the first error, which
// it keeps, all values are zero: a whole packet is read before it is asked for.
type reader struct {
	b   []byte
	err error
}

// take returns the next n bytes. The length is compared with what is left before
// anything is added to it.
func (r *reader) take(n int) []byte {
	if n > len(r.b) {
		r.fail(errCut)
		return nil
	}
	p := r.b[:n:n]
	r.b = r.b[n:]
	return p
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
	r.b = nil
}

func (r *reader) byte() byte {
	if p := r.take(1); p != nil {
		return p[0]
	}
	return 0
}

func (r *reader) uint16() uint16 {
	if p := r.take(2); p != nil {
		return binary.BigEndian.Uint16(p)
	}
	return 0
}

// null in place of a string's length says that there is none.
const null = 0xffff

var errUnterminated = errors.New("string without its closing zero byte")

// string returns the next string, which lies in the packet. ok is false if there
// is none, which is not the same as an empty one.
func (r *reader) string() (s []byte, ok bool) {
	n := r.uint16()
	if n == null || r.err != nil {
		return nil, false
	}
	return r.text(int(n))
}

// text returns the string whose length has been read.
func (r *reader) text(n int) (s []byte, ok bool) {
	p := r.take(n + 1)
	if p == nil {
		return nil, false
	}
	if p[n] != 0 {
		r.fail(errUnterminated)
		return nil, false
	}
	return p[:n], true
}

// coded is the first of the codes that stand for the name of a header field. No
// string is as long as a code says.
const coded = 0xa000

// fieldName returns the name of the next header field of a request.
func (r *reader) fieldName() []byte {
	n := r.uint16()
	if n < coded || r.err != nil {
		name, _ := r.text(int(n))
		return name
	}
	if i := int(n) - coded; 0 < i && i < len(requestFields) {
		return requestFields[i]
	}
	r.fail(fmt.Errorf("code %#04x for the name of a header field", n))
	return nil
}

// requestFields are the names that have codes in requests.
var requestFields = [...][]byte{
	0x1: []byte("Accept"), []byte("Accept-Charset"), []byte("Accept-Encoding"), []byte("Accept-Language"),
	[]byte("Authorization"), []byte("Connection"), []byte("Content-Type"), []byte("Content-Length"), []byte("Cookie"),
	[]byte("Cookie2"), []byte("Host"), []byte("Pragma"), []byte("Referer"), []byte("User-Agent"),
}

// responseField returns the code of a field's name in responses, or 0. There are
// codes for "Servlet-Engine" and "Status" too, which no answer of ours has.
func responseField(name string) uint16 {
	switch name {
	case "Content-Type":
		return 0xa001
	case "Content-Language":
		return 0xa002
	case "Content-Length":
		return 0xa003
	case "Date":
		return 0xa004
	case "Last-Modified":
		return 0xa005
	case "Location":
		return 0xa006
	case "Set-Cookie":
		return 0xa007
	case "Set-Cookie2":
		return 0xa008
	case "Www-Authenticate":
		return 0xa00b
	}
	return 0
}

// methods have codes.
var methods = [...]string{
	1: "OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE",
	"LOCK", "UNLOCK", "ACL", "REPORT", "VERSION-CONTROL", "CHECKIN", "CHECKOUT", "UNCHECKOUT", "SEARCH", "MKWORKSPACE",
	"UPDATE", "LABEL", "MERGE", "BASELINE-CONTROL", "MKACTIVITY",
}

// storedMethod is the code of a method whose name is an attribute.
const storedMethod = 0xff

// attribute is the code of an attribute.
type attribute uint8

const (
	attrContext attribute = iota + 1
	attrServletPath
	attrRemoteUser
	attrAuthType
	attrQueryString
	attrRoute
	attrSSLCert
	attrSSLCipher
	attrSSLSession
	attrNamed // a name and a value
	attrSSLKeySize
	attrSecret
	attrStoredMethod

	attrsDone attribute = 0xff
)

// keySize reads the one attribute that is a number. lighttpd sends its digits as
// a string: what begins like a number of no more than five bits, a key that
// nobody has, is the length of that.
func (r *reader) keySize() (bits []byte) {
	n := r.uint16()
	if n > 5 {
		return fmt.Appendf(nil, "%d", n)
	}
	bits, _ = r.text(int(n))
	return bits
}

// innerLength is the length of the length that stands before the data of a packet
// with a part of a request's body.
const innerLength = 2

// checkInner compares that length, the first bytes of b, with the packet's.
// lighttpd leaves it out, which cannot be told for sure: data may begin with two
// bytes that look like it.
func checkInner(b []byte, packet int) error {
	if int(binary.BigEndian.Uint16(b)) != packet-innerLength {
		return errBodyLength
	}
	return nil
}

var errBodyLength = errors.New("part of a body whose two lengths disagree; lighttpd sends only one, see Server.Lighttpd")

// appendHeader appends the head of a packet to the front server.
func appendHeader(b []byte, length int, kind packetType) []byte {
	return append(b, toServer>>8, toServer&0xff, byte(length>>8), byte(length), byte(kind))
}

func appendString(b []byte, s string) []byte {
	b = binary.BigEndian.AppendUint16(b, uint16(len(s)))
	b = append(b, s...)
	return append(b, 0)
}

// Lengths of what stands around the data of SEND_BODY_CHUNK.
const (
	chunkHeaderLen  = headerLen + 1 + 2
	chunkTrailerLen = 1 // a zero byte, which Apache insists on
	chunkOverhead   = chunkHeaderLen + chunkTrailerLen
)

// putChunkHeader writes what stands before the data of SEND_BODY_CHUNK into the
// first chunkHeaderLen bytes of b.
func putChunkHeader(b []byte, length int) {
	_ = appendHeader(b[:0], 1+2+length+chunkTrailerLen, typeSendBodyChunk)
	binary.BigEndian.PutUint16(b[headerLen+1:], uint16(length))
}

// appendEnd appends END_RESPONSE.
func appendEnd(b []byte, reuse bool) []byte {
	b = appendHeader(b, 2, typeEndResponse)
	if reuse {
		return append(b, 1)
	}
	return append(b, 0)
}

// appendGetBody appends GET_BODY_CHUNK, which asks for up to n bytes.
func appendGetBody(b []byte, n int) []byte {
	b = appendHeader(b, 3, typeGetBodyChunk)
	return binary.BigEndian.AppendUint16(b, uint16(n))
}

// cPong is the answer to CPING.
var cPong = appendHeader(nil, 1, typeCPong)

// appendEmptyChunk appends a SEND_BODY_CHUNK without data, on which front servers
// pass on what they have collected.
func appendEmptyChunk(b []byte) []byte {
	b = appendHeader(b, 1+2+chunkTrailerLen, typeSendBodyChunk)
	return append(b, 0, 0, 0)
}
