package fastcgi

import (
	"math/bits"
	"testing"
	"unsafe"
)

// A request is one allocation, which is as large as its size class. The next one
// above 1280 is 1408, with which a small GET costs more than 3000 bytes; eight bytes
// are the allocator's.
func TestRequestSize(t *testing.T) {
	if bits.UintSize == 64 && unsafe.Sizeof(request{}) > 1272 {
		t.Errorf("a request has %d bytes, want at most 1272", unsafe.Sizeof(request{}))
	}
}
