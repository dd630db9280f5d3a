package serve

import (
	"sync"
	"time"
)

// watches are the connections of a server that have had requests of late. One
// timer serves them all: with one for each, a thousand requests in a second on
// each of some connections cost as many goroutines to look after them, and every
// decision of the scheduler a look at the clock.
type watches struct {
	mu    sync.Mutex
	busy  []*Watch
	timer *time.Timer
	armed bool // the timer, or tick is running
}

// add makes sure that w is looked at every WatchAfter for as long as it says so.
// The caller holds w.mu.
func (ws *watches) add(w *Watch) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.busy = append(ws.busy, w)
	if !ws.armed {
		ws.arm()
	}
}

// arm arms the timer. The caller holds mu.
func (ws *watches) arm() {
	ws.armed = true
	if ws.timer == nil {
		ws.timer = time.AfterFunc(WatchAfter, ws.tick)
	} else {
		ws.timer.Reset(WatchAfter)
	}
}

func (ws *watches) tick() {
	ws.mu.Lock()
	seen := ws.busy
	ws.busy = nil
	ws.mu.Unlock()
	kept := seen[:0]
	for _, w := range seen { // without mu, since add is called under w.mu
		if w.tick() {
			kept = append(kept, w)
		}
	}
	clear(seen[len(kept):])
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.busy = append(kept, ws.busy...)
	if ws.armed = false; len(ws.busy) > 0 {
		ws.arm()
	}
}
