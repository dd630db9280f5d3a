package gangplank

import (
	"math/bits"
	"testing"
	"unsafe"
)

// What a request under net/http costs is for the most part one allocation, which
// is as large as its size class. The next one above 896 is 1024, and eight bytes
// are the allocator's.
func TestAttachmentSize(t *testing.T) {
	if bits.UintSize == 64 && unsafe.Sizeof(attachment{}) > 888 {
		t.Errorf("an attachment has %d bytes, want at most 888", unsafe.Sizeof(attachment{}))
	}
}
