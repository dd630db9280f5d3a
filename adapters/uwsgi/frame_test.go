package uwsgi

import (
	"encoding/hex"
	"strings"
	"testing"
)

// The bytes are those of the protocol's documentation, written out by hand.
func TestHeader(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		bytes string
		want  header
	}{
		{"00 0000 00", header{}},
		{"00 3412 07", header{length: 0x1234, modifier2: 7}},
		{"64 ffff 01", header{modifier1: modifierPing, length: 65535, modifier2: 1}},
	} {
		b, _ := hex.DecodeString(strings.ReplaceAll(test.bytes, " ", ""))
		if got := parseHeader(b); got != test.want {
			t.Errorf("% x: got %+v, want %+v", b, got, test.want)
		}
		if again := appendHeader(nil, test.want); string(again) != string(b) {
			t.Errorf("%+v: got % x, want % x", test.want, again, b)
		}
	}
}

func TestCutPair(t *testing.T) {
	t.Parallel()
	const whole = "\x02\x00AB\x03\x00cde"
	name, value, rest, err := cutPair(whole + "rest")
	if name != "AB" || value != "cde" || rest != "rest" || err != nil {
		t.Errorf("got %q, %q, %q, %v", name, value, rest, err)
	}
	for n := range whole {
		if _, _, _, err := cutPair(whole[:n]); err != errPair {
			t.Errorf("%d bytes: got %v", n, err)
		}
	}
	long := strings.Repeat("x", 0x1234)
	if _, value, _, err := cutPair("\x01\x00A\x34\x12" + long); value != long || err != nil {
		t.Errorf("long value: got %d bytes, %v", len(value), err)
	}
	for _, in := range []string{"\x00\x00\x01\x00x", "\xff\xffA\x00\x00", "\x01\x00A\xff\xffx"} {
		if _, _, _, err := cutPair(in); err != errPair {
			t.Errorf("%q: got %v", in, err)
		}
	}
}
