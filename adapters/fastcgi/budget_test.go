package fastcgi

import (
	"net/http"
	"runtime"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
)

func TestOneReadOneWrite(t *testing.T) {
	l := &protocoltest.Counted{Listener: protocoltest.Listen(t, "unix")}
	addr, _ := launchOn(t, &Server{Handler: http.HandlerFunc(hello)}, l)
	c := dial(t, addr)
	l.OneReadOneWrite(t, func() { c.do(get("/")) })
}

func TestOneMessageEach(t *testing.T) {
	c := protocoltest.Messages(t, &Server{Handler: http.HandlerFunc(hello)})()
	end := appendEnd(nil, 1, 0, statusComplete)
	for range 3 {
		protocoltest.OneMessageEach(t, c, get("/"), "\x01\x06\x00\x01", string(end))
	}
}

// The budget: 10 allocations and 3000 bytes for a small GET. It takes 8 and 2890.
func TestAllocations(t *testing.T) {
	protocoltest.Budget(t, roundTrips(t, hello, get("/hello?lang=en")), 10, 3072)
}

// BenchmarkIdle reports what a kept connection holds while it waits. Goroutine
// stacks shrink at garbage collections.
func BenchmarkIdle(b *testing.B) {
	addr, _ := launch(b, &Server{Handler: http.HandlerFunc(hello)})
	const conns = 2000
	before := memory()
	for range b.N {
		for range conns {
			c := dial(b, addr)
			c.SetDeadline(time.Time{})
			c.do(get("/"))
			c.r = nil
		}
	}
	b.ReportMetric(float64(memory()-before)/float64(conns*b.N), "B/conn")
	b.ReportMetric(0, "ns/op")
}

func memory() uint64 {
	var m runtime.MemStats
	for range 3 {
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}
