package ratelimit

import (
	"container/heap"
	"context"
	"fmt"
	"hash/maphash"
	"sync"
	"time"
)

// Memory is a [Store] for one process. It keeps at most a given number of keys;
// when it is full it forgets the client that has used the least, so that a flood
// of invented keys displaces other invented ones, and not a client that is at its
// limit.
type Memory struct {
	seed   maphash.Seed
	start  time.Time // moments are durations since then, by the monotonic clock
	shards [shardCount]shard
}

// shardCount is how many requests can be counted at once.
const shardCount = 16

// NewMemory returns a Memory with room for so many keys, at about 150 bytes each.
// It panics if there is not room for one in each of its 16 parts.
func NewMemory(keys int) *Memory {
	if keys < shardCount {
		panic(fmt.Sprintf("ratelimit: NewMemory: %d keys are less than %d", keys, shardCount))
	}
	m := &Memory{seed: maphash.MakeSeed(), start: time.Now()}
	for i := range m.shards {
		m.shards[i] = shard{byKey: make(map[string]*client), limit: keys / shardCount}
	}
	return m
}

// Take implements [Store]. It never fails.
func (m *Memory) Take(_ context.Context, key string, cost, burst time.Duration) (used time.Duration, ok bool, err error) {
	s := &m.shards[maphash.String(m.seed, key)%shardCount]
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Since(m.start)
	s.forget(now)
	c := s.byKey[key]
	free := now
	if c != nil {
		free = max(now, c.free)
	}
	if free+cost-now > burst {
		return free - now, false, nil
	}
	s.set(c, key, free+cost)
	return free + cost - now, true, nil
}

// shard is a part of the keys: a map, and a heap by the moment at which a key can
// be forgotten, because nothing is used any more.
type shard struct {
	mu    sync.Mutex
	byKey map[string]*client
	queue clients
	limit int
}

type client struct {
	key   string
	free  time.Duration // GCRA's theoretical arrival time
	index int           // in the heap
}

// forget removes what is over, a few at a time: no request pays for all.
func (s *shard) forget(now time.Duration) {
	for range 4 {
		if len(s.queue) == 0 || s.queue[0].free > now {
			return
		}
		s.drop()
	}
}

// drop forgets the client that has used the least.
func (s *shard) drop() {
	delete(s.byKey, heap.Pop(&s.queue).(*client).key)
}

func (s *shard) set(c *client, key string, free time.Duration) {
	if c != nil {
		c.free = free
		heap.Fix(&s.queue, c.index)
		return
	}
	if len(s.queue) >= s.limit {
		s.drop()
	}
	c = &client{key: key, free: free}
	s.byKey[key] = c
	heap.Push(&s.queue, c)
}

// clients is the heap.
type clients []*client

func (q clients) Len() int           { return len(q) }
func (q clients) Less(i, j int) bool { return q[i].free < q[j].free }

func (q clients) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

// Push is for package heap.
func (q *clients) Push(x any) {
	c := x.(*client)
	c.index = len(*q)
	*q = append(*q, c)
}

// Pop is for package heap.
func (q *clients) Pop() any {
	last := len(*q) - 1
	c := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	return c
}
