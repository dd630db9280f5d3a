package middleware

import "sync"

// turns is what the goroutines of one request with a time limit wait for: the
// lock of its guard, the handler's end, the time being up. In a test's bubble
// (testing/synctest) time goes on while somebody waits for it, as it does not
// for a sync.Mutex, and unlike channels it is part of its request's allocation.
type turns struct {
	mu    sync.Mutex
	cond  sync.Cond
	taken bool
	over  bool          // the handler's goroutine has ended
	end   *handlerPanic // how; nil: it has returned
	due   bool          // the time is up
}

func (t *turns) init() { t.cond.L = &t.mu }

// take takes the lock.
func (t *turns) take() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.taken {
		t.cond.Wait()
	}
	t.taken = true
}

// give gives it back.
func (t *turns) give() { t.tell(func() { t.taken = false }) }

// finish tells that the handler has ended.
func (t *turns) finish(p *handlerPanic) { t.tell(func() { t.over, t.end = true, p }) }

// expire tells that the time is up.
func (t *turns) expire() { t.tell(func() { t.due = true }) }

func (t *turns) tell(change func()) {
	t.mu.Lock()
	change()
	t.mu.Unlock()
	t.cond.Broadcast()
}

// wait waits for the handler's end, and not longer than until the time is up.
func (t *turns) wait() (over bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for !t.over && !t.due {
		t.cond.Wait()
	}
	return t.over
}

// outcome waits for the handler's end.
func (t *turns) outcome() *handlerPanic {
	t.mu.Lock()
	defer t.mu.Unlock()
	for !t.over {
		t.cond.Wait()
	}
	return t.end
}
