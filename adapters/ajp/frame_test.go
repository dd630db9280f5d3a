package ajp

import (
	"bytes"
	"testing"
)

// Bytes as they were seen between Apache and Tomcat, or as the protocol's
// documentation has them.
func TestLiteral(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		desc      string
		got, want []byte
	}{
		{"CPONG", cPong, []byte("AB\x00\x01\x09")},
		{"END_RESPONSE, reuse", appendEnd(nil, true), []byte("AB\x00\x02\x05\x01")},
		{"END_RESPONSE, close", appendEnd(nil, false), []byte("AB\x00\x02\x05\x00")},
		{"GET_BODY_CHUNK", appendGetBody(nil, 8186), []byte("AB\x00\x03\x06\x1f\xfa")},
		{"flush", appendEmptyChunk(nil), []byte("AB\x00\x04\x03\x00\x00\x00")},
		{"string", appendString(nil, "abc"), []byte("\x00\x03abc\x00")},
		{"empty string", appendString(nil, ""), []byte("\x00\x00\x00")},
	} {
		if !bytes.Equal(tt.got, tt.want) {
			t.Errorf("%s: got % x, want % x", tt.desc, tt.got, tt.want)
		}
	}
	b := make([]byte, chunkHeaderLen)
	if putChunkHeader(b, 0x1ff8); !bytes.Equal(b, []byte("AB\x1f\xfc\x03\x1f\xf8")) {
		t.Errorf("SEND_BODY_CHUNK: got % x", b)
	}
}

func TestParseHeader(t *testing.T) {
	t.Parallel()
	if n, err := parseHeader([]byte("\x12\x34\xff\xff")); n != 65535 || err != nil {
		t.Errorf("got %d, %v", n, err)
	}
	for _, b := range []string{"AB\x00\x01", "\x34\x12\x00\x01", "GET ", "\x16\x03\x01\x02"} {
		if n, err := parseHeader([]byte(b)); err == nil {
			t.Errorf("%q: got %d, want an error", b, n)
		}
	}
}

func TestReader(t *testing.T) {
	t.Parallel()
	r := &reader{b: []byte("\x07\x01\x02\x00\x02ab\x00\x00\x00\x00\xff\xff\xa0\x0b\x00\x01x\x00")}
	if b := r.byte(); b != 7 {
		t.Errorf("byte: got %d", b)
	}
	if n := r.uint16(); n != 0x102 {
		t.Errorf("integer: got %#x", n)
	}
	for _, want := range []struct {
		s  string
		ok bool
	}{{"ab", true}, {"", true}, {"", false}} {
		if s, ok := r.string(); string(s) != want.s || ok != want.ok {
			t.Errorf("string: got %q, %t; want %+v", s, ok, want)
		}
	}
	if name := r.fieldName(); string(name) != "Host" {
		t.Errorf("coded name: got %q", name)
	}
	if name := r.fieldName(); string(name) != "x" || r.err != nil || len(r.b) != 0 {
		t.Errorf("name: got %q, %v, %d bytes left", name, r.err, len(r.b))
	}
}

// After an error everything is empty, and the first error stays.
func TestReaderFails(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		desc, b string
		want    error
	}{
		{"string beyond the end", "\x00\x05abcd\x00", errCut},
		{"no closing zero", "\x00\x03abcd", errUnterminated},
		{"string that fills the packet", "\x00\x04abcd", errCut},
		{"half a length", "\x00", errCut},
		{"longest string", "\xff\xfeabc", errCut},
	} {
		r := &reader{b: []byte(tt.b)}
		if s, ok := r.string(); ok || len(s) > 0 || r.err != tt.want {
			t.Errorf("%s: got %q, %t, %v; want %v", tt.desc, s, ok, r.err, tt.want)
		}
		if r.byte() != 0 || r.uint16() != 0 || r.fieldName() != nil || r.err != tt.want {
			t.Errorf("%s: reading on gave something, or %v", tt.desc, r.err)
		}
	}
	for _, code := range []string{"\xa0\x00", "\xa0\x0f", "\xbf\xff", "\xff\xff"} {
		r := &reader{b: []byte(code + "\x00\x00\x00")}
		if r.fieldName(); r.err == nil {
			t.Errorf("code % x: no error", code)
		}
	}
}

// lighttpd sends the size of a key as a string.
func TestKeySize(t *testing.T) {
	t.Parallel()
	for b, want := range map[string]string{
		"\x01\x00":          "256",
		"\x00\x80":          "128",
		"\x00\x03256\x00":   "256",
		"\x00\x05 4096\x00": " 4096",
	} {
		r := &reader{b: []byte(b)}
		if got := r.keySize(); string(got) != want || r.err != nil || len(r.b) > 0 {
			t.Errorf("%q: got %q, %v, %d bytes left; want %q", b, got, r.err, len(r.b), want)
		}
	}
}
