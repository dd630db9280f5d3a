package uwsgi

import (
	"encoding/binary"
	"strings"
	"testing"
)

// FuzzPacket: a header says what it was made of; pairs that can be taken apart and
// are put together again, are the same, and none is longer than what it came from.
func FuzzPacket(f *testing.F) {
	f.Add([]byte("\x00\x0b\x00\x00\x02\x00AB\x03\x00cde\x00"))
	f.Add([]byte("\x64\x00\x00\x01"))
	f.Add([]byte("\x00\xff\xff\x00\xff\xffA\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < headerLen {
			return
		}
		h := parseHeader(b)
		if again := appendHeader(nil, h); string(again) != string(b[:headerLen]) {
			t.Fatalf("% x became % x", b[:headerLen], again)
		}
		block := string(b[headerLen:])
		var again []byte
		var err error
		for rest := block; rest != ""; {
			var name, value string
			if name, value, rest, err = cutPair(rest); err != nil {
				break
			}
			for _, s := range []string{name, value} {
				again = append(binary.LittleEndian.AppendUint16(again, uint16(len(s))), s...)
			}
		}
		if !strings.HasPrefix(block, string(again)) || err == nil && len(again) != len(block) {
			t.Fatalf("%q became %q, %v", block, again, err)
		}
	})
}
