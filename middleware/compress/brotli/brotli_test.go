package brotli_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	andybalholm "github.com/andybalholm/brotli"

	"github.com/gangplank-web/gangplank/middleware/compress/brotli"
)

// encoder is a compress.Encoder that can pad.
type encoder interface {
	io.Writer
	Flush() error
	Close() error
	Reset(dst io.Writer)
	Pad(n int) error
}

func text(n int) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	for b.Len() < n {
		fmt.Fprintf(&b, "<p id=%d>gangplank %x", random.IntN(1000), random.IntN(100))
	}
	return b.Bytes()[:n]
}

func decode(t *testing.T, b []byte) []byte {
	t.Helper()
	r, err := brotli.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Errorf("decoding %d bytes: %v", len(b), err)
	}
	return plain
}

func TestEncoding(t *testing.T) {
	t.Parallel()
	for _, quality := range []int{0, 1, 6, 11} {
		e := brotli.Encoding{Quality: quality}.NewEncoder().(encoder)
		for _, n := range []int{0, 1, 1000, 70_000} {
			for _, pad := range []int{-1, 0, 1, 256, 257, 65536} {
				var out bytes.Buffer
				e.Reset(&out)
				if pad >= 0 {
					if err := e.Pad(pad); err != nil {
						t.Fatal(err)
					}
				}
				if _, err := e.Write(text(n)); err != nil {
					t.Fatal(err)
				}
				if err := e.Close(); err != nil {
					t.Fatal(err)
				}
				if got := decode(t, out.Bytes()); !bytes.Equal(got, text(n)) {
					t.Errorf("quality %d, padding %d: got %d bytes of %d", quality, pad, len(got), n)
				}
			}
		}
	}
}

// The padding is as long as it was asked to be.
func TestPad(t *testing.T) {
	t.Parallel()
	size := func(n int) int {
		var out bytes.Buffer
		e := brotli.Encoding{}.NewEncoder().(encoder)
		e.Reset(&out)
		if err := e.Pad(n); err != nil {
			t.Fatal(err)
		}
		e.Write(text(1000))
		e.Close()
		return out.Len()
	}
	for n, head := range map[int]int{1: 2, 256: 2, 257: 3, 4096: 3} {
		if got := size(n) - size(0); got != n+head {
			t.Errorf("%d bytes: got %d", n, got)
		}
	}
}

// What was flushed can be read before more comes.
func TestFlush(t *testing.T) {
	t.Parallel()
	r, w := io.Pipe()
	plain := andybalholm.NewReader(r)
	e := brotli.Encoding{}.NewEncoder()
	go func() {
		e.Reset(w)
		for range 3 {
			io.WriteString(e, "tick\n")
			e.Flush()
		}
		e.Close()
		w.Close()
	}()
	for range 3 {
		line := make([]byte, 5)
		if _, err := io.ReadFull(plain, line); err != nil || string(line) != "tick\n" {
			t.Fatalf("got %q, %v", line, err)
		}
	}
	if rest, err := io.ReadAll(plain); len(rest) > 0 || err != nil {
		t.Errorf("at the end: got %q, %v", rest, err)
	}
}

// A few hundred bytes that become 64 MiB: what the reader needs for them does not
// grow with them, and how much comes out is for its caller to bound.
func TestBomb(t *testing.T) {
	var bomb bytes.Buffer
	e := brotli.Encoding{}.NewEncoder()
	e.Reset(&bomb)
	for range 64 {
		if _, err := e.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r, err := brotli.NewReader(&bomb)
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, r)
	runtime.ReadMemStats(&after)
	if n != 64<<20 || err != nil {
		t.Errorf("got %d bytes, %v", n, err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 16<<20 {
		t.Errorf("%d MiB were used", used>>20)
	}
}

// A window of more than 16 MiB, which is no brotli of RFC 7932, is refused.
func TestLargeWindow(t *testing.T) {
	t.Parallel()
	r, err := brotli.NewReader(strings.NewReader("\x11\x1e\x06"))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(r); err == nil || err == io.ErrUnexpectedEOF {
		t.Errorf("got %q, %v", b, err)
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	for quality, want := range map[int]string{-1: "quality -1", 0: "", 11: "", 12: "quality 12"} {
		if got := fmt.Sprint(brotli.Encoding{Quality: quality}.Validate()); !strings.Contains(got, want) || (got == "<nil>") != (want == "") {
			t.Errorf("%d: got %q, want %q", quality, got, want)
		}
	}
}

func ExampleEncoding() {
	var out bytes.Buffer
	e := brotli.Encoding{Quality: 5}.NewEncoder()
	e.Reset(&out)
	io.WriteString(e, "Hello World!")
	e.Close()
	plain, err := io.ReadAll(andybalholm.NewReader(&out))
	fmt.Println(brotli.Encoding{}.Name(), string(plain), err)
	// Output: br Hello World! <nil>
}
