package accept_test

import (
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/internal/accept"
)

func TestEncoding(t *testing.T) {
	offered := []string{"br", "zstd", "gzip"}
	for _, tt := range []struct {
		desc, field, want string
	}{
		{"no field", "", ""},
		{"a browser's: ours decides", "gzip, deflate, br, zstd", "br"},
		{"only one", "gzip", "gzip"},
		{"case", "GZip", "gzip"},
		{"the old name", "x-gzip", "gzip"},
		{"the client's preference", "br;q=0.5, gzip;q=0.8", "gzip"},
		{"refused (chi answers with gzip)", "gzip;q=0", ""},
		{"refused in three digits", "gzip;q=0.000", ""},
		{"barely", "gzip;q=0.001", "gzip"},
		{"any", "*", "br"},
		{"any but", "br;q=0, *", "zstd"},
		{"none but", "*;q=0, gzip", "gzip"},
		{"identity liked better", "gzip;q=0.5, identity", ""},
		{"identity liked as well", "gzip, identity", "gzip"},
		{"identity refused, nothing else known", "identity;q=0, compress", ""},
		{"identity refused", "identity;q=0, gzip;q=0.1", "gzip"},
		{"spaces", " gzip ; q=0.3 ,\tzstd ; Q=0.2", "gzip"},
		{"other parameters", "gzip;level=9;q=0.4, zstd;q=0.3", "gzip"},
		{"no number", "gzip;q=high", ""},
		{"more than one", "gzip;q=1.001", ""},
		{"four digits", "gzip;q=0.1234", ""},
		{"only a part of a name", "gzipped, notgzip", ""},
		{"empty items", ",, ,gzip,", "gzip"},
		{"the first of two", "gzip;q=0, gzip", ""},
		{"far back", strings.Repeat("x,", 1000) + "gzip", ""},
	} {
		t.Run(tt.desc, func(t *testing.T) {
			got := ""
			if i := accept.Encoding([]string{tt.field}, offered); i >= 0 {
				got = offered[i]
			}
			if got != tt.want {
				t.Errorf("%q: got %q, want %q", tt.field, got, tt.want)
			}
		})
	}
}

func TestEncodingLines(t *testing.T) {
	if got := accept.Encoding([]string{"br;q=0.1", "gzip"}, []string{"br", "gzip"}); got != 1 {
		t.Errorf("two lines: got %d, want 1", got)
	}
	if got := accept.Encoding(nil, []string{"br"}); got != -1 {
		t.Errorf("no field: got %d, want -1", got)
	}
}

func TestEncodingAllocates(t *testing.T) {
	fields, offered := []string{"gzip, deflate, br;q=0.9, zstd"}, []string{"br", "zstd", "gzip"}
	if n := testing.AllocsPerRun(100, func() { accept.Encoding(fields, offered) }); n != 0 {
		t.Errorf("got %v allocations, want 0", n)
	}
}
