package sessiontest

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// A value that says what it is: a number, the checksum of all, and filling
// whose length depends on the number, so that a mixture of two is noticed.
const valueHead = 8 + 4

func value(n uint64) []byte {
	filling := int(n * 2654435761 % 6000)
	b := make([]byte, valueHead+filling)
	binary.BigEndian.PutUint64(b, n)
	for i := range filling {
		b[valueHead+i] = byte(n) + byte(i)
	}
	binary.BigEndian.PutUint32(b[8:], valueSum(b))
	return b
}

// number returns the number of a value, or an error when it is torn.
func number(b []byte) (uint64, error) {
	if len(b) < valueHead || binary.BigEndian.Uint32(b[8:]) != valueSum(b) {
		return 0, fmt.Errorf("a torn value: %.40q (%d bytes)", b, len(b))
	}
	return binary.BigEndian.Uint64(b), nil
}

func valueSum(b []byte) uint32 {
	return crc32.Update(crc32.ChecksumIEEE(b[:8]), crc32.IEEETable, b[valueHead:])
}
