package adaptertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"
)

// A link is one end of the line between a case's handler and its check. The
// handler calls home over TCP on the loopback interface, so that it is all the
// same whether it runs in the test's process, in one that a web server spawned, or
// as a CGI program; and neither end ever sleeps: what one tells, the other awaits.
type link struct {
	conn net.Conn

	writing sync.Mutex

	mu      sync.Mutex
	heard   map[string][]string
	changed chan struct{} // closed and replaced at every change
	ended   bool
}

// message is what crosses the line, one JSON object each. The value is bytes,
// since JSON would repair a string that is not UTF-8.
type message struct {
	Name  string
	Value []byte
}

var errLinkEnded = errors.New("the other end has hung up")

// newLink starts to listen to the other end of conn.
func newLink(conn net.Conn) *link {
	l := &link{conn: conn, heard: map[string][]string{}, changed: make(chan struct{})}
	go l.listen()
	return l
}

func (l *link) listen() {
	dec := json.NewDecoder(l.conn)
	for {
		var m message
		if dec.Decode(&m) != nil {
			l.note(func() { l.ended = true })
			return
		}
		l.note(func() { l.heard[m.Name] = append(l.heard[m.Name], string(m.Value)) })
	}
}

func (l *link) note(change func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change()
	close(l.changed)
	l.changed = make(chan struct{})
}

// tell sends a named value. A failure shows at the other end as silence.
func (l *link) tell(name string, value any) {
	l.writing.Lock()
	defer l.writing.Unlock()
	json.NewEncoder(l.conn).Encode(message{name, fmt.Append(nil, value)})
}

// all returns the values heard under name so far.
func (l *link) all(name string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.heard[name]
}

// await returns the first value of name as soon as the other end has told it.
func (l *link) await(ctx context.Context, name string) (string, error) {
	var value string
	err := l.until(ctx, func() bool {
		if v := l.heard[name]; len(v) > 0 {
			value = v[0]
			return true
		}
		return false
	})
	if err != nil {
		return "", fmt.Errorf("waiting for %q: %w", name, err)
	}
	return value, nil
}

// awaitEnd returns when the other end has hung up.
func (l *link) awaitEnd(ctx context.Context) error {
	return l.until(ctx, func() bool { return l.ended })
}

func (l *link) until(ctx context.Context, done func() bool) error {
	for {
		l.mu.Lock()
		ok, ended, changed := done(), l.ended, l.changed
		l.mu.Unlock()
		switch {
		case ok:
			return nil
		case ended:
			return errLinkEnded
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
