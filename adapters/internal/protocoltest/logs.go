package protocoltest

import (
	"bytes"
	"log/slog"
	"sync"
)

// Logs collects a server's log.
type Logs struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Collect makes logger one whose lines are collected, unless there is another.
func Collect(logger **slog.Logger) *Logs {
	l := new(Logs)
	if *logger == nil {
		*logger = slog.New(slog.NewTextHandler(l, nil))
	}
	return l
}

func (l *Logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *Logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}
