package fastcgi

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

type pair struct{ name, value string }

// cutAll takes a block apart.
func cutAll(block string) (pairs []pair, err error) {
	for len(block) > 0 {
		var p pair
		if p.name, p.value, block, err = cutPair(block); err != nil {
			return pairs, err
		}
		pairs = append(pairs, p)
	}
	return pairs, nil
}

// The four forms of section 3.4, and the same lengths written the long way,
// which is allowed.
func TestCutPairLiteral(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 0x80)
	tests := []struct {
		desc, in    string
		name, value string
	}{
		{"11", "\x01\x02nvv", "n", "vv"},
		{"14", "\x01\x80\x00\x00\x80n" + long, "n", long},
		{"41", "\x80\x00\x00\x80\x01" + long + "v", long, "v"},
		{"44", "\x80\x00\x00\x80\x80\x00\x00\x80" + long + long, long, long},
		{"short lengths in the long form", "\x80\x00\x00\x01\x80\x00\x00\x02nvv", "n", "vv"},
		{"127 takes one byte", "\x01\x7fn" + long[:127], "n", long[:127]},
		{"empty value", "\x01\x00n", "n", ""},
		{"empty name", "\x00\x01v", "", "v"},
		{"both empty", "\x00\x00", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.desc, func(t *testing.T) {
			name, value, rest, err := cutPair(tt.in + "rest")
			if err != nil || name != tt.name || value != tt.value || rest != "rest" {
				t.Errorf("got %q, %q, %q, %v", name, value, rest, err)
			}
		})
	}
}

// F4 and CVE-2025-23016: lengths whose sum overflows 32 bits, signed and not.
func TestCutPairOverflow(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"\xff\xff\xff\xff\xff\xff\xff\xffabc",
		"\xff\xff\xff\xff\x01abc",
		"\x01\xff\xff\xff\xffabc",
		"\x80\x00\x00\x03\xff\xff\xff\xfdabc",
		"\xc0\x00\x00\x00\xc0\x00\x00\x00abc",
	} {
		if name, value, _, err := cutPair(in); !errors.Is(err, errPair) {
			t.Errorf("%x: got %q, %q, %v, want errPair", in, name, value, err)
		}
	}
}

var pairSamples = []pair{
	{"", ""}, {"A", ""}, {"", "b"}, {"REQUEST_METHOD", "GET"},
	{strings.Repeat("n", 127), strings.Repeat("v", 127)},
	{strings.Repeat("n", 128), strings.Repeat("v", 128)},
	{strings.Repeat("n", 256), strings.Repeat("v", 70000)},
}

func encodePairs(pairs []pair) (b []byte) {
	for _, p := range pairs {
		b = appendPair(b, p.name, p.value)
	}
	return b
}

func TestPairsRoundTrip(t *testing.T) {
	t.Parallel()
	got, err := cutAll(string(encodePairs(pairSamples)))
	if err != nil || len(got) != len(pairSamples) {
		t.Fatalf("got %d pairs, %v, want %d", len(got), err, len(pairSamples))
	}
	for i, want := range pairSamples {
		if got[i] != want {
			t.Errorf("pair %d: names %d and %d bytes long, values %d and %d", i,
				len(got[i].name), len(want.name), len(got[i].value), len(want.value))
		}
	}
}

// F28: a block cut short is an error wherever it is cut, unless that is between
// two pairs; it never yields a pair that was not there.
func TestPairsTruncated(t *testing.T) {
	t.Parallel()
	pairs := pairSamples[:6]
	block := string(encodePairs(pairs))
	ends := map[int]bool{0: true}
	for i := range pairs {
		ends[len(encodePairs(pairs[:i+1]))] = true
	}
	for n := range len(block) {
		got, err := cutAll(block[:n])
		if (err == nil) != ends[n] {
			t.Errorf("cut at %d of %d: error %v", n, len(block), err)
		}
		for i, p := range got {
			if p != pairs[i] {
				t.Errorf("cut at %d: pair %d is %q", n, i, p)
			}
		}
	}
}

func TestCountPairs(t *testing.T) {
	t.Parallel()
	block := string(encodePairs(pairSamples))
	if n, err := countPairs(block, len(pairSamples)); n != len(pairSamples) || err != nil {
		t.Errorf("got %d, %v, want %d", n, err, len(pairSamples))
	}
	if _, err := countPairs(block, len(pairSamples)-1); !errors.Is(err, errTooManyPairs) {
		t.Errorf("one over the limit: got %v", err)
	}
	if _, err := countPairs(block[:len(block)-1], 100); !errors.Is(err, errPair) {
		t.Errorf("cut short: got %v", err)
	}
	if n, err := countPairs("", 0); n != 0 || err != nil {
		t.Errorf("empty block: got %d, %v", n, err)
	}
}

// F9: only what was asked for, in one record.
func TestAppendValues(t *testing.T) {
	t.Parallel()
	lookup := func(name string) (string, bool) {
		v, ok := map[string]string{"FCGI_MAX_CONNS": "5", "FCGI_MPXS_CONNS": "0"}[name]
		return v, ok
	}
	tests := []struct {
		desc, query, want string
	}{
		{"nothing", "", "010a000000000000"},
		{"one", "\x0f\x00FCGI_MPXS_CONNS", "010a000000120000" + hex.EncodeToString([]byte("\x0f\x01FCGI_MPXS_CONNS0"))},
		{"only unknown ones", "\x03\x00FOO", "010a000000000000"},
		{"a value in the question does not matter", "\x0e\x01FCGI_MAX_CONNSx", "010a000000110000" + hex.EncodeToString([]byte("\x0e\x01FCGI_MAX_CONNS5"))},
	}
	for _, tt := range tests {
		t.Run(tt.desc, func(t *testing.T) {
			got, err := appendValues([]byte("before"), tt.query, lookup)
			if err != nil {
				t.Fatal(err)
			}
			if g := hex.EncodeToString(bytes.TrimPrefix(got, []byte("before"))); g != tt.want {
				t.Errorf("got %s, want %s", g, tt.want)
			}
		})
	}
	got, err := appendValues([]byte("before"), "\x0f\x00FCGI_MPXS_CONN", lookup)
	if !errors.Is(err, errPair) || string(got) != "before" {
		t.Errorf("malformed question: got %q, %v", got, err)
	}
}

// A question as long as a record can be has an answer that still fits in one.
func TestAppendValuesFits(t *testing.T) {
	t.Parallel()
	query := strings.Repeat("\x01\x00A", maxContent/3)
	got, err := appendValues(nil, query, func(string) (string, bool) { return "value", true })
	if err != nil {
		t.Fatal(err)
	}
	rec, err := parseRecord(got)
	if err != nil || rec.length != len(got)-headerLen {
		t.Errorf("record %+v, %v around %d bytes", rec, err, len(got)-headerLen)
	}
}
