package adaptertest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
)

// pattern is a body of n bytes in which every eight bytes are different, so
// that a lost, doubled or displaced part changes the sum. It is the caller's own:
// a faulty writer may change what it is given.
func pattern(n int) []byte { return bytes.Clone(made.upTo(n)) }

// made is the longest pattern that this process has needed so far. Cell for cell it
// takes long under the race detector, and a program that handles one request needs little.
var made cells

type cells struct {
	mu sync.Mutex
	p  []byte
}

func (c *cells) upTo(n int) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	cell := [8]byte{7: '\n'}
	for i := len(c.p) / 8; len(c.p) < n; i++ {
		for j := range 7 {
			cell[6-j] = "0123456789abcdef"[i>>(4*j)&15]
		}
		c.p = append(c.p, cell[:]...)
	}
	return c.p[:n]
}

// sum says in short what a body was: its length and its digest.
func sum(p []byte) string {
	d := sha256.Sum256(p)
	return fmt.Sprintf("%d bytes %s", len(p), hex.EncodeToString(d[:6]))
}

// sumOfPattern stands for sum(pattern(n)) in the table, so that a process that
// only handles one request does not compute what all cases want.
func sumOfPattern(n int) string { return fmt.Sprintf("{sum %d}", n) }

// expand replaces the placeholders in a wanted value: the target's mount, and a
// pattern's sum.
func (x *exchange) expand(s string) string {
	s = strings.ReplaceAll(s, "{mount}", x.mount)
	before, rest, found := strings.Cut(s, "{sum ")
	digits, after, closed := strings.Cut(rest, "}")
	if n, err := strconv.Atoi(digits); found && closed && err == nil {
		return before + sum(pattern(n)) + after
	}
	return s
}

// sumOf reads r to its end.
func sumOf(r io.Reader) string {
	h := sha256.New()
	n, err := io.Copy(h, r)
	if err != nil {
		return fmt.Sprintf("%d bytes, then %v", n, err)
	}
	return fmt.Sprintf("%d bytes %s", n, hex.EncodeToString(h.Sum(nil)[:6]))
}

// patternReader reads pattern(n). It can do nothing else, so that io.Copy has to
// use the writer's ReadFrom.
func patternReader(n int) io.Reader { return onlyReader{bytes.NewReader(pattern(n))} }

// onlyReader hides all that a reader can do besides reading.
type onlyReader struct{ io.Reader }

// patternSection reads n bytes of the pattern from an offset on.
func patternSection(offset, n int) io.Reader {
	return onlyReader{bytes.NewReader(pattern(offset + n)[offset:])}
}
