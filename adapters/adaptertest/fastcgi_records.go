package adaptertest

import (
	"encoding/binary"
	"io"
)

// Record types and the most content of one (FastCGI 1.0, sections 3.3 and 8).
const (
	fcgiBegin, fcgiEnd, fcgiParams, fcgiStdin, fcgiStdout, fcgiStderr = 1, 3, 4, 5, 6, 7

	fcgiMaxContent = 65535
)

func appendFCGIRecord(b []byte, kind byte, content []byte) []byte {
	b = append(b, 1, kind, 0, 1, byte(len(content)>>8), byte(len(content)), 0, 0)
	return append(b, content...)
}

// appendFCGIStream splits content into records, and ends nothing.
func appendFCGIStream(b []byte, kind byte, content []byte) []byte {
	for len(content) > 0 {
		n := min(len(content), fcgiMaxContent)
		b = appendFCGIRecord(b, kind, content[:n])
		content = content[n:]
	}
	return b
}

func appendFCGIPair(b []byte, name, value string) []byte {
	for _, n := range []int{len(name), len(value)} {
		if n < 128 {
			b = append(b, byte(n))
			continue
		}
		b = binary.BigEndian.AppendUint32(b, uint32(n)|1<<31)
	}
	return append(append(b, name...), value...)
}

// fcgiStdinWriter sends each piece of a body at once.
type fcgiStdinWriter struct{ w io.Writer }

func (s fcgiStdinWriter) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if _, err := s.w.Write(appendFCGIStream(nil, fcgiStdin, p)); err != nil {
		return 0, err
	}
	return len(p), nil
}
