package bench_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/bench/internal/backend"
	"github.com/gangplank-web/gangplank/bench/internal/wire"
)

// The attacker's inputs: what one sends cheaply and hopes that the server pays dearly for.

// BenchmarkHostileParams sends parameters that a front server may let through: much text, many pairs, many records.
func BenchmarkHostileParams(b *testing.B) {
	for _, c := range []struct {
		name    string
		request []byte
	}{
		{"params=cookie-16KiB", wire.FastCGI.Request(true, wire.Field{Name: "COOKIE_", Value: strings.Repeat("c", 16<<10)})},
		{"params=500-fields", wire.FastCGI.Request(true, manyFields(500)...)},
		{"params=records-of-1-byte", wire.RequestInPieces(1)},
	} {
		b.Run(c.name, func(b *testing.B) {
			eachFastCGI(b, func(b *testing.B, s backend.Backend) {
				b.SetBytes(int64(len(c.request)))
				benchmarkKept(b, s, hello, c.request, len(backend.Hello))
			})
		})
	}
}

// BenchmarkHostileBegins begins requests with all ids on one connection and never completes one (golang/go#81548), and reports the
// memory that the server then holds.
func BenchmarkHostileBegins(b *testing.B) {
	const begins = 1<<16 - 1
	flood := wire.BeginRequests(begins)
	eachFastCGI(b, func(b *testing.B, s backend.Backend) {
		var used int64
		for b.Loop() {
			used += memoryOf(b, s, func(path string) { deliver(b, path, flood) })
		}
		b.ReportMetric(float64(used)/float64(b.N)/begins, "B/begin")
	})
}

// BenchmarkHostileSlow holds 1 000 connections that have each sent half of their parameters.
func BenchmarkHostileSlow(b *testing.B) {
	const conns = 1_000
	half := wire.HalfRequest()
	eachFastCGI(b, func(b *testing.B, s backend.Backend) {
		var used int64
		for b.Loop() {
			used += memoryOf(b, s, func(path string) {
				for range conns {
					deliver(b, path, half)
				}
			})
		}
		b.ReportMetric(float64(used)/float64(b.N)/conns, "B/conn")
	})
}

// deliver sends p on a connection that stays open, and waits until the server has seen it.
func deliver(b *testing.B, path string, p []byte) {
	b.Helper()
	if err := wire.Deliver(connect(b, path), p); err != nil {
		b.Fatal(err)
	}
}

// eachFastCGI leaves out the other protocols and the floor, which would not notice.
func eachFastCGI(b *testing.B, f func(*testing.B, backend.Backend)) {
	eachServer(b, func(b *testing.B, s backend.Backend) {
		if s.Protocol != wire.FastCGI || s.Name == "fastcgi-floor" {
			b.SkipNow()
		}
		f(b, s)
	})
}

func manyFields(n int) []wire.Field {
	f := make([]wire.Field, n)
	for i := range f {
		f[i] = wire.Field{Name: "X_" + strconv.Itoa(i), Value: "v"}
	}
	return f
}
