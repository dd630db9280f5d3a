// Package alarm is when to tell of something that fails with each request, as does
// a store that is down.
package alarm

import (
	"sync"
	"time"
)

// interval is how long what fails is not told again.
const interval = time.Minute

// Alarm is the alarm of one thing that may fail. The zero value has not been told.
type Alarm struct {
	mu   sync.Mutex
	last time.Time
}

// Due reports whether it is time to tell, and if so notes that it was told.
func (a *Alarm) Due() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	if !a.last.IsZero() && now.Sub(a.last) < interval {
		return false
	}
	a.last = now
	return true
}
