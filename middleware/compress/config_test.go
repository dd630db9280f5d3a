package compress_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/compress"
)

type named struct {
	compress.Gzip
	name string
}

func (n named) Name() string                 { return n.name }
func (n named) NewEncoder() compress.Encoder { return unpadded{n.Gzip.NewEncoder()} }

type unpadded struct{ compress.Encoder }

func TestConfig(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		cfg  compress.Config
		want []string
	}{
		{compress.Config{Encodings: []compress.Encoding{compress.Gzip{Level: 10}, compress.Zstd{Level: -1}, nil}, MinSize: 1 << 20, Padding: 5000, MaxStreams: -1, Types: []string{"text", "*", "text/html; charset=utf-8", "*/*", "*+"}},
			[]string{"level 10", "level -1", "number 2 is nil", "MinSize: 1048576", "Padding: 5000", "MaxStreams: -1", `"text"`, `"*"`, `"text/html; charset=utf-8"`, `"*/*"`, `"*+"`}},
		{compress.Config{Encodings: make([]compress.Encoding, 9)}, []string{"9 are more than 8"}},
		{compress.Config{Encodings: []compress.Encoding{compress.Gzip{}, compress.Gzip{Level: 1}}}, []string{`"gzip" is there twice`}},
		{compress.Config{Encodings: []compress.Encoding{named{name: "identity"}, named{name: "a b"}, named{name: ""}}}, []string{`"identity": that means`, `"a b": that is not`, `"": that is not`}},
		{compress.Config{Encodings: []compress.Encoding{named{name: "own"}}, Padding: 1}, []string{`"own": its encoder cannot be padded`}},
	} {
		err := tt.cfg.Validate()
		for _, want := range tt.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %q in it", err, want)
			}
		}
		func() {
			defer func() {
				if got := fmt.Sprint(recover()); !strings.HasPrefix(got, "compress: ") {
					t.Errorf("New: got panic %q", got)
				}
			}()
			compress.New(tt.cfg)
		}()
	}
	if err := (compress.Config{Encodings: []compress.Encoding{named{name: "own"}}}).Validate(); err != nil {
		t.Errorf("an encoding of somebody's own: %v", err)
	}
}
