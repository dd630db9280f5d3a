package filestore_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/middleware/session/filestore"
)

func BenchmarkLoad(b *testing.B) {
	s := open(b, filestore.Config{Dir: newDir(b)})
	save(b, s, "key", string(make([]byte, 200)), 0, later())
	b.ReportAllocs()
	for b.Loop() {
		if _, v, err := s.Load(b.Context(), "key"); v == 0 || err != nil {
			b.Fatal(v, err)
		}
	}
}

func BenchmarkSave(b *testing.B) {
	for _, sync := range []bool{false, true} {
		b.Run(fmt.Sprintf("sync=%t", sync), func(b *testing.B) {
			s := open(b, filestore.Config{Dir: newDir(b), Sync: sync})
			data, expires := make([]byte, 200), time.Now().Add(time.Hour)
			var v uint64
			b.ReportAllocs()
			for b.Loop() {
				var err error
				if v, err = s.Save(b.Context(), "key", data, v, expires); v == 0 || err != nil {
					b.Fatal(v, err)
				}
			}
		})
	}
}

// What a Save costs that goes through a store of many sessions.
func BenchmarkCollect(b *testing.B) {
	s := open(b, filestore.Config{Dir: newDir(b)})
	const n = 2000
	for i := range n {
		save(b, s, fmt.Sprint(i), "data", 0, later())
	}
	for b.Loop() {
		if _, err := s.Collect(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/session")
}
