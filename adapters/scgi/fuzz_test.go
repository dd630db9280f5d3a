package scgi

import (
	"strconv"
	"strings"
	"testing"
)

// FuzzHead: what can be taken apart and is put together again, is the same; and
// nothing is longer than what it came from.
func FuzzHead(f *testing.F) {
	f.Add([]byte(example))
	f.Add([]byte("000000006:A\x00b\x00C\x00,"))
	f.Add([]byte("9999999999:"))
	f.Add([]byte("4:A\x00b\x00;"))
	f.Fuzz(func(t *testing.T, b []byte) {
		size, length, err := parseLength(b)
		if err != nil || size == 0 {
			if size != 0 || err == nil && len(b) > maxDigits {
				t.Fatalf("%d bytes, %d of them a length, %v", len(b), size, err)
			}
			return
		}
		if n, err := strconv.Atoi(string(b[:size-1])); err != nil || n != length {
			t.Fatalf("%q was taken for %d", b[:size], length)
		}
		if length+1 > len(b)-size {
			return
		}
		block := string(b[size : size+length+1])
		headers, err := cutComma(block)
		if err != nil {
			if block[length] == ',' {
				t.Fatal(err)
			}
			return
		}
		var again strings.Builder
		for rest := headers; rest != ""; {
			var name, value string
			if name, value, rest, err = cutHeader(rest); err != nil {
				break
			}
			again.WriteString(name + "\x00" + value + "\x00")
		}
		if !strings.HasPrefix(headers, again.String()) || err == nil && again.Len() != len(headers) {
			t.Fatalf("%q became %q, %v", headers, again.String(), err)
		}
	})
}
