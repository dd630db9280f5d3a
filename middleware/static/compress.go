package static

import (
	"bytes"
	"crypto/sha256"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/gangplank-web/gangplank/middleware/internal/mediatype"
)

const (
	minPacked = 256     // bytes; less does not leave the packet that the head goes in
	maxWindow = 8 << 20 // what a client has to be able to decode (RFC 9659)
)

// packer compresses for all requests, one file at a time: however many files are
// asked for at once, no more than one processor is kept from serving.
type packer struct {
	types mediatype.Set // that are worth it

	busy sync.Mutex
	gzip *gzip.Writer
	zstd *zstd.Encoder
}

// unpackable stands for what does not get smaller.
var unpackable = new(entry)

// packs reports whether e may be compressed here.
func (f *files) packs(e *entry) bool {
	return !f.NoCompression && e.body != nil && len(e.body) >= minPacked && f.packer.types.Has(e.mimeType)
}

// packed returns e compressed, or nil: when it is not worth it, and while another
// file is being compressed, since sending it as it is takes less time than waiting.
func (f *files) packed(e *entry, coding int) *entry {
	p := e.encoded[coding].Load()
	if p == nil {
		if !f.packer.busy.TryLock() {
			return nil
		}
		defer f.packer.busy.Unlock()
		if p = e.encoded[coding].Load(); p == nil { // somebody else was faster
			p = f.pack(e, coding)
			e.encoded[coding].Store(p)
		}
	}
	if p == unpackable {
		return nil
	}
	return p
}

func (f *files) pack(e *entry, coding int) *entry {
	var b []byte
	if coding == gzipped {
		b = f.packer.packGzip(e.body)
	} else {
		b = f.packer.packZstd(e.body)
	}
	if b == nil || len(b) > len(e.body)-len(e.body)/10 {
		return unpackable
	}
	p := &entry{name: e.name, info: e.info, body: b}
	p.identify(sha256.Sum256(b))
	p.describe(e.mimeType)
	f.cache.charge(e, int64(len(b)))
	return p
}

// Both compress for many requests, so better than one would for one.

func (p *packer) packGzip(b []byte) []byte {
	if p.gzip == nil {
		p.gzip, _ = gzip.NewWriterLevel(nil, gzip.BestCompression)
	}
	dst := bytes.NewBuffer(make([]byte, 0, len(b)/3))
	p.gzip.Reset(dst)
	_, err := p.gzip.Write(b)
	if closing := p.gzip.Close(); err != nil || closing != nil {
		return nil
	}
	return bytes.Clone(dst.Bytes())
}

func (p *packer) packZstd(b []byte) []byte {
	if p.zstd == nil {
		p.zstd, _ = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(maxWindow), zstd.WithEncoderLevel(zstd.SpeedBetterCompression))
	}
	return bytes.Clone(p.zstd.EncodeAll(b, make([]byte, 0, len(b)/3)))
}
