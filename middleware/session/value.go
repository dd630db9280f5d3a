package session

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"
)

// JSON is a stored value of a type that is not among those that sessions keep by
// themselves: [Get] makes the type that it is asked for of it.
type JSON []byte

// Decode stores the value in what into points to.
func (j JSON) Decode(into any) error { return json.Unmarshal(j, into) }

// The first byte of an encoded value says what follows. The numbers are on
// disks and in browsers: they are never used for anything else.
const (
	tagFalse      = 1
	tagTrue       = 2
	tagInt        = 3 // zigzag varint, as are the other signed ones
	tagInt8       = 4
	tagInt16      = 5
	tagInt32      = 6
	tagInt64      = 7
	tagUint       = 8 // varint
	tagUint8      = 9
	tagUint16     = 10
	tagUint32     = 11
	tagUint64     = 12
	tagFloat32    = 13 // bits, little endian
	tagFloat64    = 14
	tagString     = 15 // the rest
	tagBytes      = 16
	tagTime       = 17 // time.Time's MarshalBinary
	tagDuration   = 18
	tagStrings    = 19 // each with its length
	tagStringPair = 20 // a map of strings: key and value in turn, sorted by key
	tagJSON       = 21
	tagList       = 22 // each encoded, with its length
	tagTree       = 23 // a map of strings to values, sorted by key
)

// appendValue appends v as it is stored. The same value has always the same
// encoding, by which changes are recognised.
func appendValue(b []byte, v any) ([]byte, error) {
	if b, ok := appendScalar(b, v); ok {
		return b, nil
	}
	switch v := v.(type) {
	case time.Time:
		return v.AppendBinary(append(b, tagTime))
	case []string:
		b = append(b, tagStrings)
		for _, s := range v {
			b = appendString(b, s)
		}
		return b, nil
	case map[string]string:
		b = append(b, tagStringPair)
		for _, key := range slices.Sorted(maps.Keys(v)) {
			b = appendString(appendString(b, key), v[key])
		}
		return b, nil
	case []any, map[string]any:
		return appendNested(b, v, maxDepth)
	}
	text, err := json.Marshal(v)
	return append(append(b, tagJSON), text...), err
}

// appendScalar is appendValue for what has no parts. It stands alone so that b
// can be on the caller's stack.
func appendScalar(b []byte, v any) (_ []byte, ok bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return append(b, tagTrue), true
		}
		return append(b, tagFalse), true
	case int, int8, int16, int32, int64, time.Duration:
		return appendSigned(b, v), true
	case uint, uint8, uint16, uint32, uint64:
		return appendUnsigned(b, v), true
	case float32:
		return binary.LittleEndian.AppendUint32(append(b, tagFloat32), math.Float32bits(v)), true
	case float64:
		return binary.LittleEndian.AppendUint64(append(b, tagFloat64), math.Float64bits(v)), true
	case string:
		return append(append(b, tagString), v...), true
	case []byte:
		return append(append(b, tagBytes), v...), true
	case JSON:
		return append(append(b, tagJSON), v...), true
	}
	return b, false
}

func appendSigned(b []byte, v any) []byte {
	switch v := v.(type) {
	case int:
		return binary.AppendVarint(append(b, tagInt), int64(v))
	case int8:
		return binary.AppendVarint(append(b, tagInt8), int64(v))
	case int16:
		return binary.AppendVarint(append(b, tagInt16), int64(v))
	case int32:
		return binary.AppendVarint(append(b, tagInt32), int64(v))
	case int64:
		return binary.AppendVarint(append(b, tagInt64), v)
	default:
		return binary.AppendVarint(append(b, tagDuration), int64(v.(time.Duration)))
	}
}

func appendUnsigned(b []byte, v any) []byte {
	switch v := v.(type) {
	case uint:
		return binary.AppendUvarint(append(b, tagUint), uint64(v))
	case uint8:
		return binary.AppendUvarint(append(b, tagUint8), uint64(v))
	case uint16:
		return binary.AppendUvarint(append(b, tagUint16), uint64(v))
	case uint32:
		return binary.AppendUvarint(append(b, tagUint32), uint64(v))
	default:
		return binary.AppendUvarint(append(b, tagUint64), v.(uint64))
	}
}

var errValue = errors.New("session: a stored value cannot be decoded")

// decodeValue is the reverse of appendValue.
func decodeValue(raw string) (any, error) {
	if raw == "" {
		return nil, errValue
	}
	tag, rest := raw[0], reader{raw[1:], false}
	var v any
	switch tag {
	case tagFalse, tagTrue:
		v = tag == tagTrue
	case tagInt, tagInt8, tagInt16, tagInt32, tagInt64, tagDuration:
		v = signed(tag, rest.varint())
	case tagUint, tagUint8, tagUint16, tagUint32, tagUint64:
		v = unsigned(tag, rest.uvarint())
	case tagFloat32:
		v = math.Float32frombits(binary.LittleEndian.Uint32(rest.fixed(4)))
	case tagFloat64:
		v = math.Float64frombits(binary.LittleEndian.Uint64(rest.fixed(8)))
	case tagString:
		return raw[1:], nil
	case tagBytes:
		return []byte(raw[1:]), nil
	case tagJSON:
		return JSON(raw[1:]), nil
	case tagTime:
		var t time.Time
		err := t.UnmarshalBinary([]byte(raw[1:]))
		return t, err
	case tagStrings:
		v = rest.strings()
	case tagStringPair:
		v = rest.pairs()
	case tagList, tagTree:
		return decodeNested(raw, maxDepth)
	default:
		return nil, fmt.Errorf("%w: it is of kind %d, of a later version", errValue, tag)
	}
	if v == nil || rest.bad || rest.s != "" {
		return nil, errValue
	}
	return v, nil
}

// signed returns n as the tag's type, or nil if it does not fit.
func signed(tag byte, n int64) any {
	switch tag {
	case tagInt:
		return fit[int](n)
	case tagInt8:
		return fit[int8](n)
	case tagInt16:
		return fit[int16](n)
	case tagInt32:
		return fit[int32](n)
	case tagDuration:
		return time.Duration(n)
	}
	return n
}

func unsigned(tag byte, n uint64) any {
	switch tag {
	case tagUint:
		return fit[uint](n)
	case tagUint8:
		return fit[uint8](n)
	case tagUint16:
		return fit[uint16](n)
	case tagUint32:
		return fit[uint32](n)
	}
	return n
}

// fit converts without loss: another machine may have written an int of 64 bits.
func fit[T int | int8 | int16 | int32 | uint | uint8 | uint16 | uint32, N int64 | uint64](n N) any {
	if t := T(n); N(t) == n {
		return t
	}
	return nil
}
