package fastcgi

import (
	"bytes"
	"testing"
)

// FuzzPairs: what can be taken apart, put together again and taken apart, is
// the same; and nothing is longer than what it came from.
func FuzzPairs(f *testing.F) {
	f.Add(encodePairs(pairSamples[:6]))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xffabc"))
	f.Add([]byte("\x80\x00\x00\x01\x01ab"))
	f.Fuzz(func(t *testing.T, block []byte) {
		pairs, err := cutAll(string(block))
		total := 0
		for _, p := range pairs {
			total += len(p.name) + len(p.value) + 2
		}
		if total > len(block) {
			t.Fatalf("%d bytes gave pairs of %d", len(block), total)
		}
		n, countErr := countPairs(string(block), len(block))
		if n != len(pairs) || (countErr == nil) != (err == nil) {
			t.Fatalf("counted %d, %v; cut %d, %v", n, countErr, len(pairs), err)
		}
		if err != nil {
			return
		}
		again, err := cutAll(string(encodePairs(pairs)))
		if err != nil || len(again) != len(pairs) {
			t.Fatalf("%d pairs became %d, %v", len(pairs), len(again), err)
		}
		for i := range pairs {
			if again[i] != pairs[i] {
				t.Fatalf("pair %d: %q became %q", i, pairs[i], again[i])
			}
		}
	})
}

// FuzzRecord: a head that is accepted says what it was made of, whatever the
// reserved byte holds.
func FuzzRecord(f *testing.F) {
	f.Add(appendHeader(nil, typeStdin, 1, maxContent))
	f.Add(appendEnd(nil, 1, 0, statusComplete))
	f.Add([]byte{1, 99, 0, 0, 0, 0, 255, 255})
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < headerLen {
			return
		}
		rec, err := parseRecord(b)
		if err != nil {
			if b[0] == protocolVersion {
				t.Fatalf("% x refused: %v", b[:headerLen], err)
			}
			return
		}
		if rec.length > maxContent || rec.padding > 255 || rec.size() > 65790 {
			t.Fatalf("% x: impossible sizes in %+v", b[:headerLen], rec)
		}
		again := appendHeader(nil, rec.kind, rec.id, rec.length)
		again[6], again[7] = byte(rec.padding), b[7]
		if !bytes.Equal(again, b[:headerLen]) {
			t.Fatalf("% x became % x", b[:headerLen], again)
		}
	})
}
