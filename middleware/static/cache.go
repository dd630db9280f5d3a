package static

import (
	"container/list"
	"io/fs"
	"path/filepath"
	"sync"
)

// cache keeps the entries that were used last, as long as they need no more than
// limit bytes together.
type cache struct {
	limit int64
	dir   string // that the files are in, or ""

	mu    sync.Mutex
	byUse list.List // of *entry, the last used first
	all   map[string]*list.Element
	used  int64
}

// overhead is what an entry is counted for besides its bytes.
const overhead = 1 << 10

// peek returns what is known about some version of a file, if anything is.
func (c *cache) peek(name string) *entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	el, ok := c.all[name]
	if !ok {
		return nil
	}
	c.byUse.MoveToFront(el)
	return el.Value.(*entry)
}

// get returns the entry for this version of a file. If there is none, it is a new
// one, not yet read.
func (c *cache) get(name string, info fs.FileInfo) *entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.all[name]; ok {
		e := el.Value.(*entry)
		if e.current(info) {
			c.byUse.MoveToFront(el)
			return e
		}
		c.drop(el)
	}
	e := &entry{name: name, info: info, cost: overhead}
	if c.dir != "" {
		e.path = filepath.Join(c.dir, name)
	}
	if c.all == nil {
		c.all = make(map[string]*list.Element)
	}
	c.all[name] = c.byUse.PushFront(e)
	c.used += e.cost
	c.shrink()
	return e
}

// charge counts n more bytes for e, which may have been dropped meanwhile.
func (c *cache) charge(e *entry, n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.all[e.name]; ok && el.Value == e {
		e.cost += n
		c.used += n
		c.shrink()
	}
}

// forget drops e, if it is still there.
func (c *cache) forget(e *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.all[e.name]; ok && el.Value == e {
		c.drop(el)
	}
}

func (c *cache) shrink() {
	for c.used > c.limit && c.byUse.Len() > 0 {
		c.drop(c.byUse.Back())
	}
}

func (c *cache) drop(el *list.Element) {
	e := c.byUse.Remove(el).(*entry)
	delete(c.all, e.name)
	c.used -= e.cost
}
