package ratelimit_test

import (
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank/middleware/ratelimit"
)

// A flood of invented keys displaces other such keys, and not the client that is
// at its limit.
func TestMemoryEviction(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := ratelimit.NewMemory(160)
		take := func(key string) bool {
			_, ok, err := m.Take(t.Context(), key, time.Minute, 10*time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			return ok
		}
		for range 10 {
			take("abuser")
		}
		for i := range 10_000 {
			if !take(strconv.Itoa(i)) {
				t.Fatalf("key %d is limited", i)
			}
		}
		if take("abuser") {
			t.Error("the client at its limit was forgotten")
		}
		time.Sleep(time.Hour) // of the bubble's clock
		if !take("abuser") {
			t.Error("limited after an hour")
		}
	})
}

// However many ask at once, exactly as many as may get through.
func TestMemoryIsAtomic(t *testing.T) {
	t.Parallel()
	m := ratelimit.NewMemory(100)
	var through atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				if _, ok, _ := m.Take(t.Context(), "key", time.Hour, 50*time.Hour); ok {
					through.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if n := through.Load(); n != 50 {
		t.Errorf("%d came through, want 50", n)
	}
}

func TestMemorySize(t *testing.T) {
	t.Parallel()
	defer func() {
		if v := recover(); v == nil {
			t.Error("a Memory for 15 keys was made")
		}
	}()
	ratelimit.NewMemory(15)
}

func BenchmarkMemory(b *testing.B) {
	keys := make([]string, 1<<16)
	for i := range keys {
		keys[i] = fmt.Sprintf("default 192.0.%d.%d", i>>8, i&255)
	}
	for _, size := range []int{1 << 17, 1 << 12} { // with room for all, and with eviction
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			m := ratelimit.NewMemory(size)
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for i := 0; pb.Next(); i++ {
					_, _, _ = m.Take(b.Context(), keys[i&(1<<16-1)], time.Second, time.Minute)
				}
			})
		})
	}
}
