package session

import (
	"bytes"
	"container/heap"
	"context"
	"fmt"
	"hash/maphash"
	"sync"
	"time"
)

// Memory is a [Store] in this process's memory. Its sessions end with the
// process, and no other process has them. It is bounded: when it is full it
// forgets what would expire first, which is what was used longest ago.
type Memory struct {
	seed   maphash.Seed
	shards [memoryShards]memoryShard
}

// memoryShards is how many requests can be served at once.
const memoryShards = 16

// memoryOverhead is about what an entry costs besides its key and data.
const memoryOverhead = 200

// NewMemory returns a Memory of at most so many bytes, keys and overhead
// included: a small session takes about 400. A session of more than a sixteenth
// of it is refused. NewMemory panics if maxBytes is less than 64 KiB.
func NewMemory(maxBytes int) *Memory {
	if maxBytes < memoryShards*4096 {
		panic(fmt.Sprintf("session: NewMemory: %d bytes are less than %d", maxBytes, memoryShards*4096))
	}
	m := &Memory{seed: maphash.MakeSeed()}
	for i := range m.shards {
		m.shards[i] = memoryShard{byKey: make(map[string]*memoryEntry), room: maxBytes / memoryShards}
	}
	return m
}

func (m *Memory) shard(key string) *memoryShard {
	return &m.shards[maphash.String(m.seed, key)%memoryShards]
}

// Load implements [Store]. It never fails.
func (m *Memory) Load(_ context.Context, key string) ([]byte, uint64, error) {
	s := m.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.live(key)
	if e == nil {
		return nil, 0, nil
	}
	return bytes.Clone(e.data), e.version, nil
}

// Save implements [Store].
func (m *Memory) Save(_ context.Context, key string, data []byte, version uint64, expires time.Time) (uint64, error) {
	s := m.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	stored := uint64(0)
	if e := s.live(key); e != nil {
		stored = e.version
	}
	if stored != version {
		return 0, nil
	}
	e := &memoryEntry{key: key, data: bytes.Clone(data), expires: expires}
	if e.size() > s.room+s.used {
		return 0, fmt.Errorf("session: %d bytes are too many for a session in this Memory", len(data))
	}
	s.remove(key)
	s.add(e)
	return e.version, nil
}

// Delete implements [Store]. It never fails.
func (m *Memory) Delete(_ context.Context, key string) error {
	s := m.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(key)
	return nil
}

// Len returns the number of entries, expired ones that have not been forgotten
// yet included.
func (m *Memory) Len() (n int) {
	for i := range m.shards {
		s := &m.shards[i]
		s.mu.Lock()
		n += len(s.queue)
		s.mu.Unlock()
	}
	return n
}

// memoryShard is a part of the entries: a map, and a heap by expiry.
type memoryShard struct {
	mu         sync.Mutex
	byKey      map[string]*memoryEntry
	queue      memoryQueue
	version    uint64 // the last given; no key ever sees one twice
	room, used int    // bytes free, and taken
}

type memoryEntry struct {
	key     string
	data    []byte
	version uint64
	expires time.Time
	index   int // in the queue
}

func (e *memoryEntry) size() int { return len(e.key) + len(e.data) + memoryOverhead }

// live returns key's entry unless it has expired.
func (s *memoryShard) live(key string) *memoryEntry {
	e := s.byKey[key]
	if e == nil || !time.Now().Before(e.expires) {
		return nil
	}
	return e
}

// add adds an entry, for which others make room: expired ones, a few at each
// time so that no request pays for all, and then those that expire first.
func (s *memoryShard) add(e *memoryEntry) {
	now := time.Now()
	for n := 0; len(s.queue) > 0 && (s.room < e.size() || n < 4 && !now.Before(s.queue[0].expires)); n++ {
		s.remove(s.queue[0].key)
	}
	s.version++
	e.version = s.version
	s.byKey[e.key] = e
	heap.Push(&s.queue, e)
	s.room, s.used = s.room-e.size(), s.used+e.size()
}

func (s *memoryShard) remove(key string) {
	e := s.byKey[key]
	if e == nil {
		return
	}
	delete(s.byKey, key)
	heap.Remove(&s.queue, e.index)
	s.room, s.used = s.room+e.size(), s.used-e.size()
}

// memoryQueue is the heap.
type memoryQueue []*memoryEntry

func (q memoryQueue) Len() int           { return len(q) }
func (q memoryQueue) Less(i, j int) bool { return q[i].expires.Before(q[j].expires) }

func (q memoryQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

// Push is for package heap.
func (q *memoryQueue) Push(x any) {
	e := x.(*memoryEntry)
	e.index = len(*q)
	*q = append(*q, e)
}

// Pop is for package heap.
func (q *memoryQueue) Pop() any {
	last := len(*q) - 1
	e := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	return e
}
