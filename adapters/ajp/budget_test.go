package ajp

import (
	"bufio"
	"net/http"
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
	s := &Server{Handler: http.HandlerFunc(hello), Secret: "s3cret"}
	c := protocoltest.Messages(t, s)()
	for range 3 {
		protocoltest.OneMessageEach(t, c, ask{secret: s.Secret}.bytes(), "AB", string(appendEnd(nil, true)))
	}
}

// roundTrips returns a function that sends one request and reads its answer, of
// which all are of the same length.
func roundTrips(t testing.TB, h http.HandlerFunc, request []byte) func() {
	addr, _ := launch(t, &Server{Handler: h})
	c := dial(t, addr)
	c.SetDeadline(time.Time{})
	c.r = bufio.NewReaderSize(c.Conn, 256<<10)
	size := 0
	c.send(request)
	for kind := packetType(0); kind != typeEndResponse; {
		var r *reader
		var err error
		if kind, r, err = c.next(); err != nil {
			t.Fatal(err)
		}
		size += headerLen + 1 + len(r.b)
	}
	return func() {
		c.send(request)
		if _, err := c.r.Discard(size); err != nil {
			t.Fatal(err)
		}
	}
}

// The budget: 9 allocations and 3 kB for a small GET.
func TestAllocations(t *testing.T) {
	protocoltest.Budget(t, roundTrips(t, hello, get("/hello")), 9, 3072)
}

func BenchmarkGet(b *testing.B) {
	do := roundTrips(b, hello, get("/hello"))
	b.ReportAllocs()
	for b.Loop() {
		do()
	}
}

func BenchmarkAnswer1M(b *testing.B) {
	page := make([]byte, 1<<20)
	do := roundTrips(b, func(w http.ResponseWriter, r *http.Request) { w.Write(page) }, get("/"))
	b.ReportAllocs()
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		do()
	}
}
