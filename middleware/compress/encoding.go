package compress

import (
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Encoding is a content coding. [Gzip] and [Zstd] are ours; brotli is in a
// module of its own below this package. Only builtin and standard types appear
// here, so that a package can offer one without importing this.
type Encoding interface {
	// Name is what stands in Content-Encoding: "gzip", "zstd", "br".
	Name() string
	// Validate says what is wrong with the settings.
	Validate() error
	// NewEncoder returns an encoder, which is used for many responses, one after
	// the other, each begun with Reset.
	NewEncoder() Encoder
}

// Encoder is what gzip.Writer, zstd.Encoder and brotli.Writer have in common.
// For Config.Padding it needs a method
//
//	Pad(n int) error
//
// as well, which, called after Reset and before anything else, puts n bytes into
// the output that no decoder shows.
type Encoder = interface {
	io.Writer
	Flush() error
	Close() error
	Reset(dst io.Writer)
}

type padder interface{ Pad(n int) error }

// maxPadding is the most that Config.Padding may be.
const maxPadding = 4 << 10

var padding = strings.Repeat(".", maxPadding)

// Gzip is the coding that every client knows (RFC 1952).
type Gzip struct {
	// Level is from 1, the fastest, to 9, the smallest. An encoder takes 0.8 to 1.4
	// MB of memory. Default: 5.
	Level int
}

const defaultGzip = 5 // what klauspost/compress takes by default, too

// Name returns "gzip".
func (Gzip) Name() string { return "gzip" }

// Validate checks the level.
func (g Gzip) Validate() error { return checkLevel(g.Level, gzip.BestCompression) }

// NewEncoder returns a *gzip.Writer that can pad.
func (g Gzip) NewEncoder() Encoder {
	level := g.Level
	if level == 0 {
		level = defaultGzip
	}
	zw, err := gzip.NewWriterLevel(io.Discard, level)
	if err != nil {
		panic("compress: " + err.Error()) // Validate was not called
	}
	return gzipEncoder{zw}
}

type gzipEncoder struct{ *gzip.Writer }

// Pad makes an extra field of one subfield (RFC 1952, section 2.3.1.1). A comment
// would do as well, but Go's own decoder takes none of more than 511 bytes.
func (e gzipEncoder) Pad(n int) error {
	e.Extra = append([]byte{'G', 'P', byte(n), byte(n >> 8)}, padding[:n]...)
	return nil
}

// Zstd is Zstandard (RFC 8878), which at its level 1 takes half of gzip's time.
// Chrome and Firefox have it since 2024, curl if it was built so.
type Zstd struct {
	// Level is from 1, the fastest, to 4, the smallest. An encoder takes 0.8, 2, 5
	// or 35 MB of memory: above 2, lower Config.MaxStreams. Default: 1.
	Level int
}

// zstdWindow bounds what encoder and decoder need for one response. RFC 9659
// allows 8 MB; of pages and of JSON the last 128 KiB say nearly as much.
const zstdWindow = 128 << 10

// Name returns "zstd".
func (Zstd) Name() string { return "zstd" }

// Validate checks the level.
func (z Zstd) Validate() error { return checkLevel(z.Level, int(zstd.SpeedBestCompression)) }

// NewEncoder returns a *zstd.Encoder, which needs no goroutine, that can pad.
func (z Zstd) NewEncoder() Encoder {
	zw, err := zstd.NewWriter(nil,
		zstd.WithEncoderLevel(zstd.EncoderLevel(max(z.Level, int(zstd.SpeedFastest)))),
		zstd.WithEncoderConcurrency(1),
		zstd.WithLowerEncoderMem(true),
		zstd.WithWindowSize(zstdWindow),
		zstd.WithZeroFrames(true), // of an empty body too, the decoder expects a frame
	)
	if err != nil {
		panic("compress: " + err.Error()) // Validate was not called
	}
	return &zstdEncoder{Encoder: zw}
}

type zstdEncoder struct {
	*zstd.Encoder
	dst io.Writer
}

// Reset begins a new frame.
func (e *zstdEncoder) Reset(dst io.Writer) {
	e.dst = dst
	e.Encoder.Reset(dst)
}

// Pad sends a skippable frame (RFC 8878, section 3.1.2).
func (e *zstdEncoder) Pad(n int) error {
	frame := append([]byte{0x50, 0x2A, 0x4D, 0x18, byte(n), byte(n >> 8), 0, 0}, padding[:n]...)
	_, err := e.dst.Write(frame)
	return err
}

func checkLevel(level, best int) error {
	if level < 0 || level > best {
		return fmt.Errorf("level %d is not between 1 and %d", level, best)
	}
	return nil
}
