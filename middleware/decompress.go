package middleware

import (
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// DecompressConfig bounds what [Decompress] lets a request body grow to.
type DecompressConfig struct {
	_ [0]func()

	// MaxBytes is the size of a decompressed body. What is larger is refused with
	// 413. Default: 10 MiB.
	MaxBytes int64

	// MaxRatio is how many bytes one compressed byte may become, after the first
	// MiB: deflate makes up to 1032 of it, real data rarely 50. Default: 100.
	MaxRatio int64

	// Codings are those that are understood besides gzip and deflate, and how to
	// decode them: "zstd" by compress.NewZstdReader. What a decoder holds in memory
	// is its own to bound; how much comes out of it is bounded here.
	Codings map[string]func(io.Reader) (io.Reader, error)
}

// Validate reports all that is wrong with the settings.
func (cfg DecompressConfig) Validate() error {
	var f settings.Faults
	if cfg.MaxBytes < 0 {
		f.Add("MaxBytes", "%d is negative", cfg.MaxBytes)
	}
	if cfg.MaxRatio < 0 {
		f.Add("MaxRatio", "%d is negative", cfg.MaxRatio)
	}
	for _, name := range slices.Sorted(maps.Keys(cfg.Codings)) {
		if cfg.Codings[name] == nil || !settings.IsToken(name) || name != strings.ToLower(name) {
			f.Add("Codings", "%q: not a name in lower case with its decoder", name)
		}
	}
	return f.Join()
}

func (cfg DecompressConfig) withDefaults() DecompressConfig {
	if cfg.MaxBytes == 0 {
		cfg.MaxBytes = 10 << 20
	}
	if cfg.MaxRatio == 0 {
		cfg.MaxRatio = 100
	}
	return cfg
}

// Decompress gives handlers request bodies without their Content-Encoding: gzip
// and deflate (RFC 9110, section 8.4.1), and what the settings add. Any other
// coding, or more than one, is answered with 415 and an Accept-Encoding that says
// what is understood (section 15.5.16).
//
// Nothing is read before the handler reads. What is wrong with the body is then
// an error of Read; a [gangplank.Try] handler that returns it answers 400, or 413
// if the body is too large. The length of the body is unknown (-1).
//
// It stands inside of [BodyLimit], which counts what is received, and outside of
// whatever reads bodies.
func Decompress(cfg DecompressConfig) gangplank.Middleware {
	settings.Check("middleware.Decompress", cfg.Validate())
	cfg = cfg.withDefaults()
	codings := maps.Clone(bodyCodings)
	maps.Copy(codings, cfg.Codings)
	understood := cfg.understood()
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			named := r.Header["Content-Encoding"]
			if len(named) == 0 {
				next.ServeHTTP(w, r)
				return
			}
			open, known := codings[strings.ToLower(trimOWS(named[0]))]
			if !known || len(named) > 1 {
				gangplank.Fail(w, r, gangplank.Error(http.StatusUnsupportedMediaType, "The body has an encoding that is not understood.").
					With("Accept-Encoding", understood))
				return
			}
			if open == nil {
				next.ServeHTTP(w, r)
				return
			}
			decoded := cfg.decode(r, open)
			next.ServeHTTP(w, decoded)
			r.MultipartForm = decoded.MultipartForm // its files go with r
		})
	}
}

// understood is the codings as Accept-Encoding names them.
func (cfg DecompressConfig) understood() string {
	names := []string{"gzip", "deflate"}
	for _, name := range slices.Sorted(maps.Keys(cfg.Codings)) {
		if !slices.Contains(names, name) { // one of them may be decoded in another way
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// bodyCodings is what opens the codings; identity needs nothing.
var bodyCodings = map[string]func(io.Reader) (io.Reader, error){
	"":         nil,
	"identity": nil,
	"gzip":     openGzip,
	"x-gzip":   openGzip,
	"deflate":  func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) },
}

func openGzip(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }

// decode returns a copy of r with the body decompressed. The outer layers keep
// the request as it was received.
func (cfg *DecompressConfig) decode(r *http.Request, open func(io.Reader) (io.Reader, error)) *http.Request {
	copied := *r
	copied.Header = maps.Clone(r.Header)
	delete(copied.Header, "Content-Encoding")
	delete(copied.Header, "Content-Length")
	if r.Body != nil && r.Body != http.NoBody {
		copied.ContentLength = -1
		copied.Body = &decompressed{limits: cfg, open: open, received: countingReader{r: r.Body}, body: r.Body}
	}
	return &copied
}

// decompressed is the body that the handler reads.
type decompressed struct {
	limits   *DecompressConfig
	open     func(io.Reader) (io.Reader, error)
	received countingReader
	body     io.Closer
	plain    io.Reader // nil before the first Read
	n        int64     // of it
	err      error     // what ended it
}

// Read implements io.Reader.
func (d *decompressed) Read(p []byte) (n int, err error) {
	if d.err == nil && d.plain == nil {
		if d.plain, d.err = d.open(&d.received); d.err != nil {
			d.err = d.explain(d.err)
		}
	}
	if d.err != nil {
		return 0, d.err
	}
	if room := d.limits.MaxBytes - d.n; int64(len(p))-1 > room {
		p = p[:room+1] // the one too many tells
	}
	n, err = d.plain.Read(p)
	d.n += int64(n)
	switch {
	case d.n > d.limits.MaxBytes:
		n, d.err = n-1, &http.MaxBytesError{Limit: d.limits.MaxBytes}
	case d.n > ratioFree && d.n/d.limits.MaxRatio > d.received.n:
		n, d.err = 0, gangplank.Error(http.StatusRequestEntityTooLarge, "").Because(errRatio)
	case err != nil:
		d.err = d.explain(err)
	}
	return n, d.err
}

// Close closes the body that is received.
func (d *decompressed) Close() error { return d.body.Close() }

// explain tells errors of the data, which are the client's fault, from those of
// receiving it, which have their own meaning.
func (d *decompressed) explain(err error) error {
	switch {
	case err == io.EOF && (d.plain != nil || d.received.n == 0):
		return io.EOF // also of nothing at all, as some clients encode it
	case d.received.err != nil && d.received.err != io.EOF:
		return d.received.err
	}
	return gangplank.Error(http.StatusBadRequest, "The body is not encoded as it is said to be.").Because(err)
}

// ratioFree is from where the ratio counts: a form of spaces may be small.
const ratioFree = 1 << 20

var errRatio = errors.New("middleware.Decompress: the ratio of decompression is too high")

// countingReader counts what was received, and remembers how it ended.
type countingReader struct {
	r   io.Reader
	n   int64
	err error
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if err != nil {
		c.err = err
	}
	return n, err
}
