// Package spool is the request body as a handler sees it.
//
// Normally a read of the handler is a read of the connection, with no goroutine
// and no copy between. But some web servers (Apache's mod_cgi, mod_proxy_scgi,
// mod_proxy_uwsgi, mod_fcgid) send the whole request body before they read the
// first byte of the answer: a handler that answers much without having read
// much would wait for its own write until the server gives up. So an adapter
// calls [Body.ReadAhead] before it writes. From there on a goroutine reads what
// the peer sends into memory, then into a temporary file, and serves the
// handler's reads from there.
package spool

import (
	"errors"
	"io"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Source is the body as the protocol delivers it. Read returns io.EOF when the
// protocol says that the body is complete (with the last bytes, if it knows
// then) and io.ErrUnexpectedEOF when the peer breaks off before. It may read a
// connection, unpack records or ask for packets; what comes between, such as an
// abort, is its own business. One goroutine at a time calls Read, and none
// after an error that is not a timeout.
type Source interface {
	io.Reader

	// SetReadDeadline interrupts a Read, as in net.Conn. It returns
	// os.ErrNoDeadline if it cannot.
	SetReadDeadline(time.Time) error
}

// Limits bound what one body may cost. The zero value means the defaults.
type Limits struct {
	Body    int64  // the longest body that can be read; 0 or less is no limit
	Memory  int    // what reading ahead keeps before it makes a file; 0 is 256 KiB
	File    int64  // what such a file holds at most; 0 is 1 GiB
	Discard int64  // what is read though nobody wants it; 0 is 256 MiB
	Dir     string // for temporary files; empty is os.TempDir()
}

// memory is how much is kept in memory, in whole blocks.
func (l *Limits) memory() int64 {
	const size = int64(len(block{}))
	return max(or(int64(l.Memory), 256<<10)/size, 0) * size
}

// Body is one request's body. It is meant to be a field of the request's
// object: Init it in place, do not copy it. A Body without Init is a request
// without a body as far as ReadAhead and Finish are concerned; its handler gets
// http.NoBody.
//
// Read and Close are the handler's, from any goroutine and at any time, also after
// the end of the request. The rest is the adapter's.
type Body struct {
	src    Source
	limits *Limits
	busy   atomic.Bool // ReadAhead has nothing to do: it did it, or the source has ended

	mu        sync.Mutex
	changed   sync.Cond // something below has
	reading   bool      // somebody is in src.Read, with mu released
	ahead     bool      // the goroutine of ReadAhead and LookAhead runs
	upTo      int64     // the end of what it reads
	panicked  error     // what it panicked with
	closed    bool      // the handler has closed the body, or Finish has
	over      bool      // Finish was called
	kept      *store    // what was read ahead; nil before ReadAhead
	err       error     // what Read gives once kept is empty; what comes then is discarded
	end       error     // the source's last error; there is nothing to be read after it
	taken     int64     // bytes that came from the source
	discarded int64     // how many of them nobody will see
}

var errDiscard = errors.New("spool: the peer sends too much that nobody reads")

// Init makes b the body that src delivers. limits is not written and may be
// shared by all requests.
func (b *Body) Init(src Source, limits *Limits) {
	b.src, b.limits = src, limits
	b.changed.L = &b.mu
}

// Read reads the next bytes, from the source or from what was read ahead.
//
// It returns io.ErrUnexpectedEOF when the peer broke off, an
// *http.MaxBytesError past the limit, http.ErrBodyReadAfterClose after Close and
// after the request. Bytes that came before an error are delivered before it.
func (b *Body) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		switch {
		case b.closed:
			return 0, http.ErrBodyReadAfterClose
		case len(p) == 0:
			return 0, nil
		case !b.kept.empty():
			return b.readKept(p)
		case b.err != nil:
			return 0, b.err
		case b.ahead || b.reading:
			b.changed.Wait()
		default:
			n, err := b.pull(p)
			if b.err != nil {
				err = b.err
			}
			return n, err
		}
	}
}

func (b *Body) readKept(p []byte) (int, error) {
	n, err := b.kept.read(p)
	if err != nil {
		b.err = err
		b.kept.close()
	}
	return n, err
}

// Close says that the handler does not want the rest.
func (b *Body) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.close()
	return nil
}

func (b *Body) close() {
	b.closed = true
	b.kept.close()
	b.changed.Broadcast()
}

// pull reads the source once, with mu released, and returns how much of it the
// handler may have. Every error sets b.end but a timeout, after which the
// handler may set another deadline.
func (b *Body) pull(p []byte) (int, error) {
	unwanted := b.closed || b.err != nil
	n, err := b.read(p)
	b.taken += int64(n)
	if unwanted {
		b.discarded += int64(n)
		n = 0
	} else if over := b.taken - b.limits.Body; b.limits.Body > 0 && over > 0 {
		n -= int(over)
		b.discarded += over
		b.err = &http.MaxBytesError{Limit: b.limits.Body}
	}
	if b.discarded > or(b.limits.Discard, 256<<20) {
		err = errDiscard
	}
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		b.finish(err)
	}
	return n, err
}

// read calls the source with mu released, and locks it again even if that panics:
// to unlock it once more could not be recovered from.
func (b *Body) read(p []byte) (int, error) {
	b.reading = true
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		b.reading = false
		b.changed.Broadcast()
	}()
	return b.src.Read(p)
}

// finish records the source's last error.
func (b *Body) finish(err error) {
	b.end = err
	if b.err == nil {
		b.err = err
	}
	b.busy.Store(true)
}

// Finish ends the body after the handler has returned: from now on reads give
// http.ErrBodyReadAfterClose, and what the peer still sends is read and thrown
// away, for at most d and at most Limits.Discard bytes. nil means that the source
// came to its io.EOF, so that the connection is fit for another request.
//
// When Finish returns nobody reads the source, unless it has no deadlines; the
// read deadline has been changed.
func (b *Body) Finish(d time.Duration) error {
	if b.src == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.close()
	b.over = true
	b.busy.Store(true)
	if b.end == nil {
		if err := b.drain(d); err != nil {
			return err
		}
	}
	if err := b.panicked; err != nil {
		b.panicked = nil
		panic(err)
	}
	if b.end != io.EOF {
		return b.end
	}
	return nil
}

// drain reads the source to its end. The deadline also interrupts a read that a
// goroutine of the handler, or ReadAhead's, is in; where it cannot, nobody is
// waited for. Other errors are those of a closed connection, whose reads end too.
func (b *Body) drain(d time.Duration) error {
	if err := b.src.SetReadDeadline(time.Now().Add(d)); errors.Is(err, os.ErrNoDeadline) {
		return err
	}
	for b.ahead || b.reading {
		b.changed.Wait()
	}
	p := blocks.Get().(*block)
	defer blocks.Put(p)
	for b.end == nil {
		if _, err := b.pull(p[:]); err != nil && b.end == nil {
			return err
		}
	}
	return nil
}

func or(v, def int64) int64 {
	if v == 0 {
		return def
	}
	return v
}
