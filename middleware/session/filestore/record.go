package filestore

import (
	"encoding/binary"
	"hash/crc32"
	"time"
)

// A file is a head of fixed length and the data:
//
//	magic    4 bytes  "gps1"
//	checksum 4 bytes  CRC-32C of the file's name and of all that follows
//	version  8 bytes  big endian, as all
//	expires  8 bytes  milliseconds since 1970
//	data
//
// The checksum finds what a power failure has torn. It is no signature:
// whoever can write here can write anything.
const (
	magic    = "gps1"
	headSize = 24
)

// head is what stands before the data.
type head struct {
	version uint64
	expires int64
}

func (h head) live(now time.Time) bool { return h.version != 0 && now.UnixMilli() < h.expires }

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func encode(name string, h head, data []byte) []byte {
	b := make([]byte, 0, headSize+len(data))
	b = append(b, magic...)
	b = append(b, 0, 0, 0, 0)
	b = binary.BigEndian.AppendUint64(b, h.version)
	b = binary.BigEndian.AppendUint64(b, uint64(h.expires))
	b = append(b, data...)
	binary.BigEndian.PutUint32(b[4:], checksum(name, b[8:]))
	return b
}

// decode returns the head and the data, which lie within b, or false if the
// file is not whole.
func decode(name string, b []byte) (h head, data []byte, ok bool) {
	if len(b) < headSize || string(b[:4]) != magic || binary.BigEndian.Uint32(b[4:]) != checksum(name, b[8:]) {
		return head{}, nil, false
	}
	h = decodeHead(b)
	return h, b[headSize:], h.version != 0
}

// decodeHead returns the head of a file that may be damaged.
func decodeHead(b []byte) head {
	return head{binary.BigEndian.Uint64(b[8:]), int64(binary.BigEndian.Uint64(b[16:]))}
}

func checksum(name string, b []byte) uint32 {
	return crc32.Update(crc32.Checksum([]byte(name), castagnoli), castagnoli, b)
}
