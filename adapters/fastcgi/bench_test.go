package fastcgi

import (
	"bufio"
	"io"
	"net/http"
	"testing"
	"time"
)

// roundTrips returns a function that sends one request and reads its answer, of
// which all are of the same length.
func roundTrips(t testing.TB, h http.HandlerFunc, request []byte) func() {
	addr, _ := launch(t, &Server{Handler: h})
	c := dial(t, addr)
	c.SetDeadline(time.Time{})
	c.r = bufio.NewReaderSize(c.Conn, 256<<10)
	size := 0
	c.send(request)
	for {
		rep, err := c.next()
		if err != nil {
			t.Fatal(err)
		}
		size += headerLen + rep.size()
		if rep.kind == typeEndRequest {
			break
		}
	}
	return func() {
		c.send(request)
		if _, err := c.r.Discard(size); err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	do := roundTrips(b, hello, get("/hello?lang=en"))
	b.ReportAllocs()
	for b.Loop() {
		do()
	}
}

func BenchmarkPost1K(b *testing.B) {
	do := roundTrips(b, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		hello(w, r)
	}, post(string(make([]byte, 1<<10))))
	b.ReportAllocs()
	for b.Loop() {
		do()
	}
}

func BenchmarkAnswer1M(b *testing.B) {
	page := make([]byte, 1<<20)
	for _, size := range []int{4 << 10, 32 << 10, 1 << 20} {
		b.Run(byteSize(size), func(b *testing.B) {
			do := roundTrips(b, func(w http.ResponseWriter, r *http.Request) {
				for n := 0; n < len(page); n += size {
					w.Write(page[n : n+size])
				}
			}, get("/"))
			b.ReportAllocs()
			b.SetBytes(int64(len(page)))
			for b.Loop() {
				do()
			}
		})
	}
}

func byteSize(n int) string {
	if n >= 1<<20 {
		return "write=1M"
	}
	return "write=" + string(rune('0'+n>>10/10)) + string(rune('0'+n>>10%10)) + "K"
}
