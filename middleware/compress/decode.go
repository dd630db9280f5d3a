package compress

import (
	"io"

	"github.com/klauspost/compress/zstd"
)

// maxWindow is what a decoder has to hold for the sender's convenience: RFC 9659
// asks for 8 MB, and forbids more.
const maxWindow = 8 << 20

// NewZstdReader decodes the coding zstd, for request bodies:
//
//	middleware.Decompress(middleware.DecompressConfig{
//		Codings: map[string]func(io.Reader) (io.Reader, error){"zstd": compress.NewZstdReader},
//	})
//
// A frame that wants a window of more than 8 MiB is an error (RFC 9659), and no
// goroutine outlives the reader. How much comes out is for the caller to bound.
func NewZstdReader(r io.Reader) (io.Reader, error) {
	return zstd.NewReader(r,
		zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
}
