package fastcgi

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// This file is the wire format and nothing else: bytes to values and back, as in
// the FastCGI specification, section 3.3 (records), 3.4 (name-value pairs), 4
// (management records) and 5 (application records). It knows neither
// connections nor HTTP.

// Sizes of section 3.3.
const (
	protocolVersion = 1
	headerLen       = 8
	maxContent      = 0xffff
)

// recordType is the second byte of a record.
type recordType uint8

const (
	typeBeginRequest recordType = iota + 1
	typeAbortRequest
	typeEndRequest
	typeParams
	typeStdin
	typeStdout
	typeStderr
	typeData
	typeGetValues
	typeGetValuesResult
	typeUnknownType
)

// role is what the front server asks of us in BEGIN_REQUEST.
type role uint16

const (
	roleResponder role = iota + 1
	roleAuthorizer
	roleFilter
)

// flagKeepConn in BEGIN_REQUEST leaves it to the front server to close.
const flagKeepConn = 1

// protocolStatus is how END_REQUEST says what became of a request.
type protocolStatus uint8

const (
	statusComplete protocolStatus = iota
	statusCantMultiplex
	statusOverloaded
	statusUnknownRole
)

// Lengths of the bodies whose layout is fixed.
const (
	beginLen       = 8
	endLen         = 8
	unknownTypeLen = 8
)

// record is the head of a record. Its id 0 makes it a management record.
type record struct {
	kind    recordType
	id      uint16
	length  int // of the content, at most maxContent
	padding int // bytes to skip after the content, at most 255
}

// size is the number of bytes that follow the head. The sum is an int, not a
// uint16: HAProxy's overflowed (commit 598527673).
func (r record) size() int { return r.length + r.padding }

// parseRecord reads the head of a record from the first headerLen bytes of b.
func parseRecord(b []byte) (record, error) {
	_ = b[headerLen-1]
	if b[0] != protocolVersion {
		return record{}, fmt.Errorf("record of protocol version %d", b[0])
	}
	return record{
		kind:    recordType(b[1]),
		id:      binary.BigEndian.Uint16(b[2:]),
		length:  int(binary.BigEndian.Uint16(b[4:])),
		padding: int(b[6]),
	}, nil
}

// putHeader writes the head of a record without padding into the first
// headerLen bytes of b. The reserved byte is cleared too, since b may come from
// a pool: HAProxy sent what its memory held before (CVE-2023-0836).
func putHeader(b []byte, kind recordType, id uint16, length int) {
	_ = b[headerLen-1]
	b[0] = protocolVersion
	b[1] = byte(kind)
	binary.BigEndian.PutUint16(b[2:], id)
	binary.BigEndian.PutUint16(b[4:], uint16(length))
	b[6], b[7] = 0, 0
}

// appendHeader appends the head of a record without padding.
func appendHeader(b []byte, kind recordType, id uint16, length int) []byte {
	b = append(b, 0, 0, 0, 0, 0, 0, 0, 0)
	putHeader(b[len(b)-headerLen:], kind, id, length)
	return b
}

// appendStream appends p as records of one stream, as many as it takes: a length
// is never cut to 16 bits, which would make records out of content (net/http/fcgi
// with a long STDERR text; HAProxy before 0aeae2305). An empty p appends nothing,
// because an empty record ends its stream; see appendHeader for that.
func appendStream(b []byte, kind recordType, id uint16, p []byte) []byte {
	for len(p) > 0 {
		n := min(len(p), maxContent)
		b = appendHeader(b, kind, id, n)
		b = append(b, p[:n]...)
		p = p[n:]
	}
	return b
}

// beginRequest is the body of BEGIN_REQUEST.
type beginRequest struct {
	role role
	keep bool
}

var errBeginLength = errors.New("BEGIN_REQUEST whose body is not 8 bytes long")

func parseBegin(b []byte) (beginRequest, error) {
	if len(b) != beginLen {
		return beginRequest{}, errBeginLength
	}
	return beginRequest{
		role: role(binary.BigEndian.Uint16(b)),
		keep: b[2]&flagKeepConn != 0,
	}, nil
}

// appendEnd appends an END_REQUEST record.
func appendEnd(b []byte, id uint16, appStatus uint32, status protocolStatus) []byte {
	b = appendHeader(b, typeEndRequest, id, endLen)
	b = binary.BigEndian.AppendUint32(b, appStatus)
	return append(b, byte(status), 0, 0, 0)
}

// appendUnknownType appends the answer to a management record of a type that we
// do not know.
func appendUnknownType(b []byte, kind recordType) []byte {
	b = appendHeader(b, typeUnknownType, 0, unknownTypeLen)
	return append(b, byte(kind), 0, 0, 0, 0, 0, 0, 0)
}
