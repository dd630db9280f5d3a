//go:build unix && !solaris && !aix

package errorpage_test

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// A process that was stopped while it held the lock stops nobody else's page.
func TestLockHeld(t *testing.T) {
	dir := t.TempDir()
	f, err := os.OpenFile(filepath.Join(dir, ".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		records := &errorpage.Records{Dir: dir}
		s, notified := recording(records)
		begin := time.Now()
		for _, kind := range []string{"a", "b"} {
			if rec := s.get(t, s.ofKind(kind)); rec.Code != 500 {
				t.Errorf("got %d", rec.Code)
			}
			has(t, "the log", s.log.String(), "not recorded", "another process has locked them")
		}
		if waited := time.Since(begin); waited > time.Second {
			t.Errorf("two pages took %v", waited)
		}
		synctest.Wait()
		if got := notified.Load(); got != 2 {
			t.Errorf("notified %d times", got)
		}
		time.Sleep(20 * time.Second) // the background gives up too
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := records.Flush(ctx); err == nil {
			t.Error("Flush got the lock")
		}
		f.Close()
		if err := records.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		all, err := records.List()
		if err != nil || len(all) != 2 || all[0].Count != 1 || all[0].Report == nil || all[1].Count != 1 {
			t.Errorf("got %+v, %v", all, err)
		}
	})
}

// Flush waits for what is being written in the background.
func TestFlushWaits(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		records := &errorpage.Records{Dir: dir}
		s, _ := recording(records)
		const times = 10
		for range times {
			s.get(t, local("GET", "/"))
		}
		f, err := os.OpenFile(filepath.Join(dir, ".lock"), os.O_RDWR, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second) // the background has begun
		time.AfterFunc(time.Second, func() { f.Close() })
		if err := records.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		if all, err := records.List(); err != nil || len(all) != 1 || all[0].Count != times {
			t.Errorf("got %+v, %v", all, err)
		}
	})
}
