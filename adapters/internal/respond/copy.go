package respond

import (
	"io"
	"sync"
)

// copySize is that of the largest FastCGI record that needs no padding.
const copySize = 65528

var copyBuffers = sync.Pool{New: func() any { return new([copySize]byte) }}

// Copy is the ReadFrom of a response: it reads src in large pieces, through a
// buffer that is used again, and writes each with Write.
func Copy(w io.Writer, src io.Reader) (int64, error) {
	buf := copyBuffers.Get().(*[copySize]byte)
	defer copyBuffers.Put(buf)
	return io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{src}, buf[:])
}
