package alarm_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank/middleware/internal/alarm"
)

// It is told at once, and then once a minute, of however many at the same time.
func TestDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var a alarm.Alarm
		told := make(chan bool, 100)
		for minute := 1; minute <= 3; minute++ {
			for range 10 {
				go func() {
					if a.Due() {
						told <- true
					}
				}()
			}
			if synctest.Wait(); len(told) != minute {
				t.Errorf("minute %d: told %d times", minute, len(told))
			}
			time.Sleep(time.Minute) // of the bubble's clock
		}
	})
}
