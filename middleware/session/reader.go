package session

import "encoding/binary"

// reader takes the parts of an encoded text one after the other. What is taken
// after the text was too short is zero, and bad tells.
type reader struct {
	s   string
	bad bool
}

func (r *reader) fail() { r.s, r.bad = "", true }

func (r *reader) byte() byte {
	if r.s == "" {
		r.fail()
		return 0
	}
	b := r.s[0]
	r.s = r.s[1:]
	return b
}

// uvarint takes a number in the shortest form, as it is written.
func (r *reader) uvarint() uint64 {
	var n uint64
	for i := 0; i < len(r.s) && i < binary.MaxVarintLen64; i++ {
		b := r.s[i]
		if b >= 0x80 {
			n |= uint64(b&0x7f) << (7 * i)
			continue
		}
		if i > 0 && b == 0 || i == binary.MaxVarintLen64-1 && b > 1 {
			break
		}
		r.s = r.s[i+1:]
		return n | uint64(b)<<(7*i)
	}
	r.fail()
	return 0
}

func (r *reader) varint() int64 {
	n := r.uvarint()
	return int64(n>>1) ^ -int64(n&1)
}

// take takes n bytes.
func (r *reader) take(n uint64) string {
	if n > uint64(len(r.s)) {
		r.fail()
		return ""
	}
	s := r.s[:n]
	r.s = r.s[n:]
	return s
}

// fixed takes n bytes, of at most 8.
func (r *reader) fixed(n int) []byte {
	b := make([]byte, 8)
	copy(b, r.take(uint64(n)))
	return b[:n]
}

func (r *reader) string() string { return r.take(r.uvarint()) }

func (r *reader) strings() []string {
	list := []string{}
	for r.s != "" {
		list = append(list, r.string())
	}
	return list
}

// pairs takes a map, whose keys must be sorted, each once.
func (r *reader) pairs() map[string]string {
	m := make(map[string]string)
	last := ""
	for r.s != "" {
		key := r.string()
		if len(m) > 0 && key <= last {
			r.fail()
			return nil
		}
		m[key], last = r.string(), key
	}
	return m
}

// count takes the number of parts to come, each of at least min bytes: more
// than the rest can hold are refused before anything is allocated for them.
func (r *reader) count(min int) int {
	n := r.uvarint()
	if n > uint64(len(r.s)/min) {
		r.fail()
		return 0
	}
	return int(n)
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}
