package serve

import (
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// panicking is a request the watch of which has a fault.
type panicking struct{}

func (panicking) Watch() { panic("a fault") }
func (panicking) Due()   {}

// The goroutine of the watch hands a panic on to that of the connection.
func TestWatchPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d Deadlines
		var w Watch
		us, _ := net.Pipe()
		d.Init(us, new(Timeouts))
		w.init(&d, new(watches))
		w.Begin(panicking{}, true)
		time.Sleep(10 * WatchAfter)
		defer func() {
			err, _ := recover().(error)
			if err == nil || !strings.Contains(err.Error(), "a fault") || !strings.Contains(err.Error(), "watch_internal_test.go") {
				t.Errorf("recovered %v", err)
			}
			w.End() // as at the connection's end
		}()
		w.End()
	})
}
