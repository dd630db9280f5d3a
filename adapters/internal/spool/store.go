package spool

import (
	"net/http"
	"os"
	"sync"
)

// block is the unit of memory. Blocks are pooled: bytes are only ever copied out
// of one, so no handler can hold on to it.
type block [32 << 10]byte

var blocks = sync.Pool{New: func() any { return new(block) }}

// store is a queue of bytes: in memory up to a limit, in a file above it. While
// the file holds anything, that is younger than what is in memory, and what is
// added goes to the file too. A nil store is empty.
type store struct {
	limits    *Limits
	blocks    []*block
	head, end int // where the bytes begin in the first block and end in the last
	file      spill
}

func (s *store) empty() bool {
	return s == nil || len(s.blocks) == 0 && s.file.empty()
}

// write appends p, or part of it when it fails.
func (s *store) write(p []byte) error {
	if s.file.empty() {
		p = p[s.writeMemory(p):]
	}
	if len(p) == 0 {
		return nil
	}
	limit := or(s.limits.File, 1<<30)
	if s.file.size()+int64(len(p)) > limit {
		return &http.MaxBytesError{Limit: limit}
	}
	return s.file.write(p, s.limits.Dir)
}

// writeMemory appends what there is room for.
func (s *store) writeMemory(p []byte) (n int) {
	for n < len(p) {
		if len(s.blocks) == 0 || s.end == len(block{}) {
			if int64(len(s.blocks)+1)*int64(len(block{})) > s.limits.memory() {
				break
			}
			s.blocks = append(s.blocks, blocks.Get().(*block))
			s.end = 0
		}
		c := copy(s.blocks[len(s.blocks)-1][s.end:], p[n:])
		s.end += c
		n += c
	}
	return n
}

// read takes the oldest bytes. The store is not empty.
func (s *store) read(p []byte) (int, error) {
	if len(s.blocks) == 0 {
		return s.file.read(p)
	}
	end := len(block{})
	if len(s.blocks) == 1 {
		end = s.end
	}
	n := copy(p, s.blocks[0][s.head:end])
	if s.head += n; s.head == end {
		s.pop()
	}
	return n, nil
}

func (s *store) pop() {
	blocks.Put(s.blocks[0])
	s.blocks[0] = nil
	s.blocks = s.blocks[1:]
	s.head = 0
}

// close forgets everything.
func (s *store) close() {
	if s == nil {
		return
	}
	for len(s.blocks) > 0 {
		s.pop()
	}
	s.file.close()
}

// spill is the part of a queue that is in a temporary file.
type spill struct {
	file     *os.File // nil until the first write
	from, to int64    // the bytes that are in the queue
	named    bool     // the file could not be removed while open (Windows)
}

func (s *spill) empty() bool { return s.from == s.to }
func (s *spill) size() int64 { return s.to }

func (s *spill) write(p []byte, dir string) error {
	if s.file == nil {
		f, err := os.CreateTemp(dir, "gangplank-body-*")
		if err != nil {
			return err
		}
		// Without a name it is nobody's to read, and is gone even after a crash.
		s.file, s.named = f, os.Remove(f.Name()) != nil
	}
	n, err := s.file.WriteAt(p, s.to)
	s.to += int64(n)
	return err
}

// read takes the oldest bytes; once all are taken the file starts anew.
func (s *spill) read(p []byte) (int, error) {
	n, err := s.file.ReadAt(p[:min(int64(len(p)), s.to-s.from)], s.from)
	s.from += int64(n)
	if err == nil && s.empty() {
		s.from, s.to = 0, 0
		err = s.file.Truncate(0)
	}
	return n, err
}

func (s *spill) close() {
	if s.file == nil {
		return
	}
	s.file.Close()
	if s.named {
		os.Remove(s.file.Name())
	}
	*s = spill{}
}
