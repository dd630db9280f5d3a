package fastcgi

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

// The bytes are those of the specification's tables (sections 3.3, 4 and 5),
// written out by hand.
func TestEncodersLiteral(t *testing.T) {
	t.Parallel()
	tests := []struct {
		desc string
		got  []byte
		want string
	}{
		{"head", appendHeader(nil, typeStdin, 0x1234, 0xabcd), "01 05 1234 abcd 00 00"},
		{"end of a stream", appendHeader(nil, typeStdout, 1, 0), "01 06 0001 0000 00 00"},
		{"stream", appendStream(nil, typeStderr, 2, []byte("oops")), "01 07 0002 0004 00 00 6f6f7073"},
		{"empty stream data", appendStream(nil, typeStdout, 1, nil), ""},
		{"end", appendEnd(nil, 1, 0x01020304, statusOverloaded), "01 03 0001 0008 00 00 01020304 02 000000"},
		{"unknown type", appendUnknownType(nil, 99), "01 0b 0000 0008 00 00 63 00000000000000"},
		{"pair", appendPair(nil, "ab", "c"), "02 01 6162 63"},
		{"pair of nothing", appendPair(nil, "", ""), "00 00"},
	}
	for _, tt := range tests {
		t.Run(tt.desc, func(t *testing.T) {
			want, err := hex.DecodeString(strings.ReplaceAll(tt.want, " ", ""))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(tt.got, want) {
				t.Errorf("got % x, want % x", tt.got, want)
			}
		})
	}
}

func TestPutHeaderClearsReserved(t *testing.T) {
	t.Parallel()
	b := bytes.Repeat([]byte{0xff}, headerLen)
	putHeader(b, typeStdout, 1, 3)
	if want := []byte{1, 6, 0, 1, 0, 3, 0, 0}; !bytes.Equal(b, want) {
		t.Errorf("got % x, want % x", b, want)
	}
}

func TestParseRecord(t *testing.T) {
	t.Parallel()
	got, err := parseRecord([]byte{1, 4, 0xff, 0xfe, 0xff, 0xff, 0xff, 0x77})
	want := record{kind: typeParams, id: 0xfffe, length: 65535, padding: 255}
	if err != nil || got != want {
		t.Fatalf("got %+v, %v, want %+v", got, err, want)
	}
	if got.size() != 65790 {
		t.Errorf("size is %d, want 65790", got.size())
	}
	for _, version := range []byte{0, 2, 255} {
		if r, err := parseRecord([]byte{version, 4, 0, 1, 0, 0, 0, 0}); err == nil {
			t.Errorf("version %d gave %+v and no error", version, r)
		}
	}
}

func TestParseBegin(t *testing.T) {
	t.Parallel()
	tests := []struct {
		desc string
		in   []byte
		want beginRequest
		err  error
	}{
		{"responder", []byte{0, 1, 0, 0, 0, 0, 0, 0}, beginRequest{role: roleResponder}, nil},
		{"authorizer, kept", []byte{0, 2, 1, 0, 0, 0, 0, 0}, beginRequest{roleAuthorizer, true}, nil},
		{"other flags and reserved bytes", []byte{0, 3, 0xfe, 9, 9, 9, 9, 9}, beginRequest{role: roleFilter}, nil},
		{"unknown role", []byte{1, 1, 1, 0, 0, 0, 0, 0}, beginRequest{0x101, true}, nil},
		{"empty", nil, beginRequest{}, errBeginLength},
		{"short", make([]byte, 7), beginRequest{}, errBeginLength},
		{"long", make([]byte, 9), beginRequest{}, errBeginLength},
	}
	for _, tt := range tests {
		t.Run(tt.desc, func(t *testing.T) {
			got, err := parseBegin(tt.in)
			if got != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("got %+v, %v, want %+v, %v", got, err, tt.want, tt.err)
			}
		})
	}
}

// What goes through the splitter comes out unchanged, in records that no length
// has been cut in.
func TestStreamRoundTrip(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 7, 8, 65534, 65535, 65536, 131070, 131071, 200000} {
		content := bytes.Repeat([]byte("0123456789abcde"), n/15+1)[:n]
		wire := appendStream(nil, typeStdout, 7, content)
		var got []byte
		for len(wire) > 0 {
			rec, err := parseRecord(wire)
			if err != nil {
				t.Fatalf("%d bytes: %v", n, err)
			}
			if rec.kind != typeStdout || rec.id != 7 || rec.padding != 0 || rec.length == 0 {
				t.Fatalf("%d bytes: got record %+v", n, rec)
			}
			wire = wire[headerLen:]
			got = append(got, wire[:rec.length]...)
			wire = wire[rec.size():]
		}
		if !bytes.Equal(got, content) {
			t.Errorf("%d bytes came out as %d other ones", n, len(got))
		}
	}
}
