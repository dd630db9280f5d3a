package static

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// entry is what is known about one version of one file, or about its bytes in
// another coding. After load nothing of it changes but cost, which is the cache's,
// and what is atomic.
type entry struct {
	name string
	path string // on the disk; empty if the files are not on one
	info fs.FileInfo
	cost int64

	once     sync.Once
	err      error
	readAt   atomic.Int64 // Unix nanoseconds; 0 before
	body     []byte       // nil if it is too large to be kept
	mimeType string
	etag     string // empty if nothing safe can be said
	print    string // of the content, in hex; empty likewise
	modified string // for Last-Modified; empty if the time is not known
	length   string

	siblings atomic.Pointer[siblings]
	encoded  [codings]atomic.Pointer[entry] // what compress made of body
}

const (
	maxHashed = 64 << 20 // a larger file's ETag is made from its size and time
	sniffLen  = 512
	printLen  = 16 // hexadecimal digits

	// unsettled is how old the last change must be at the time of reading for the
	// file's time to tell this version from the next: clocks of file systems tick in
	// steps of up to two seconds (FAT).
	unsettled = 2 * time.Second
)

// current reports whether e still describes the file of which info was got.
func (e *entry) current(info fs.FileInfo) bool {
	if readAt := e.readAt.Load(); readAt != 0 && !settled(info, time.Unix(0, readAt)) {
		return false
	}
	return sameVersion(e.info, info)
}

func settled(info fs.FileInfo, at time.Time) bool {
	return info.ModTime().IsZero() || at.Sub(info.ModTime()).Abs() >= unsettled
}

// sameVersion compares what the file system knows. A file that was replaced is
// another one even if size and time are the same, as those of archives unpacked
// with fixed times are; only the os package can tell that.
func sameVersion(a, b fs.FileInfo) bool {
	if a.Size() != b.Size() || !a.ModTime().Equal(b.ModTime()) || a.Mode() != b.Mode() {
		return false
	}
	return os.SameFile(a, b) || !os.SameFile(a, a)
}

// load reads the file, once.
func (e *entry) load(f *files) error {
	e.once.Do(func() {
		now := time.Now()
		e.err = e.read(f, settled(e.info, now))
		e.readAt.Store(now.UnixNano())
		if e.err == nil {
			f.cache.charge(e, int64(len(e.body)))
		}
	})
	return e.err
}

func (e *entry) read(f *files, settled bool) error {
	file, err := e.open(f.fsys)
	if err != nil {
		return err
	}
	defer file.Close()
	size := e.info.Size()
	if size <= f.MaxFile {
		if e.body, err = readAll(file, size); err != nil {
			return err
		}
		e.identify(sha256.Sum256(e.body))
		e.describe(f.mediaType(e.name, e.body[:min(len(e.body), sniffLen)]))
		return nil
	}
	hash, head := sha256.New(), make([]byte, min(size, sniffLen))
	if _, err := io.ReadFull(io.TeeReader(file, hash), head); err != nil {
		return readingFailed(err)
	}
	switch {
	case size <= maxHashed:
		if n, err := io.Copy(hash, file); err != nil || n != size-int64(len(head)) {
			return readingFailed(err)
		}
		e.identify([sha256.Size]byte(hash.Sum(nil)))
	case settled:
		e.etag = fmt.Sprintf(`"%x-%x"`, e.info.ModTime().UnixNano(), size)
	}
	e.describe(f.mediaType(e.name, head))
	return nil
}

// open opens the file, if it is still the same.
func (e *entry) open(fsys fs.FS) (fs.File, error) {
	file, err := fsys.Open(e.name)
	if err != nil {
		return nil, err
	}
	if info, err := file.Stat(); err != nil || !sameVersion(e.info, info) {
		file.Close()
		return nil, errors.Join(errChanged, err)
	}
	return file, nil
}

// readAll reads a file of that size.
func readAll(file fs.File, size int64) ([]byte, error) {
	body := make([]byte, size)
	if _, err := io.ReadFull(file, body); err != nil {
		return nil, readingFailed(err)
	}
	if n, _ := file.Read(make([]byte, 1)); n > 0 { // it has grown
		return nil, errChanged
	}
	return body, nil
}

// identify makes the tag and the fingerprint from a hash of the content.
func (e *entry) identify(sum [sha256.Size]byte) {
	e.etag = `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
	e.print = hex.EncodeToString(sum[:printLen/2])
}

// describe formats what is sent with each answer.
func (e *entry) describe(mimeType string) {
	e.mimeType = mimeType
	e.length = strconv.FormatInt(e.size(), 10)
	if t := e.info.ModTime(); !t.IsZero() && !t.Equal(time.Unix(0, 0)) {
		e.modified = t.UTC().Format(http.TimeFormat)
	}
}

// size is that of what is sent.
func (e *entry) size() int64 {
	if e.body != nil {
		return int64(len(e.body))
	}
	return e.info.Size()
}

// printed returns the name with the fingerprint in front of the extension.
func (e *entry) printed() string {
	if e.print == "" {
		return e.name
	}
	ext := path.Ext(e.name)
	return e.name[:len(e.name)-len(ext)] + "." + e.print + ext
}
