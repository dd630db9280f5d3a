//go:build linux

package storetest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/gangplank-web/gangplank/middleware/session"
	"github.com/gangplank-web/gangplank/middleware/session/redisstore"
	"github.com/gangplank-web/gangplank/middleware/session/sessiontest"
)

var _ session.Store = (*redisstore.Store)(nil)

func TestRedis(t *testing.T) {
	// Once, and not in the processes that the test starts: they get its address.
	socket := sync.OnceValue(func() string { return startRedis(t) })
	place := func(*testing.T) string { return socket() + between + fmt.Sprintf("test-%d:", tables.Add(1)) }
	open := func(t *testing.T, place string) sessiontest.Store {
		socket, prefix, _ := strings.Cut(place, between)
		return redisstore.New(redisstore.Config{Client: connect(t, &redis.Options{Network: "unix", Addr: socket}), Prefix: prefix})
	}
	t.Run("suite", func(t *testing.T) {
		sessiontest.Run(t, func(t *testing.T) sessiontest.Store { return open(t, place(t)) })
	})
	t.Run("processes", func(t *testing.T) { sessiontest.RunProcesses(t, place, open) })
	t.Run("middleware", func(t *testing.T) {
		testMiddleware(t, func(t *testing.T) session.Store { return open(t, place(t)) })
	})
	t.Run("expiry", func(t *testing.T) { testRedisExpiry(t, socket()) })
	t.Run("scripts-flushed", func(t *testing.T) { testRedisFlushed(t, socket()) })
	t.Run("foreign-value", func(t *testing.T) { testRedisForeign(t, socket()) })
	t.Run("answer-lost", func(t *testing.T) { testRedisAnswerLost(t, socket()) })
}

func startRedis(t *testing.T) (socket string) {
	server := program(t, "/usr/bin/redis-server", "/usr/bin/valkey-server", "/usr/local/bin/redis-server")
	dir := serverDir(t, nil)
	socket = filepath.Join(dir, "socket")
	serve(t, command(dir, nil, server, "--port", "0", "--unixsocket", socket, "--dir", dir, "--save", "", "--appendonly", "no"),
		"eady to accept connections", syscall.SIGTERM) // "Ready", or "The server is now ready"
	return socket
}

func connect(t *testing.T, o *redis.Options) *redis.Client {
	c := redis.NewClient(o)
	t.Cleanup(func() { c.Close() })
	return c
}

// Redis is told when a session expires, also when it is changed.
func testRedisExpiry(t *testing.T, socket string) {
	c := connect(t, &redis.Options{Network: "unix", Addr: socket})
	s := redisstore.New(redisstore.Config{Client: c})
	var v uint64
	for _, hours := range []int{1, 3, 2} {
		expires := time.Now().Add(time.Duration(hours) * time.Hour)
		v = mustSave(t, s, v, expires)
		if got := time.Now().Add(c.PTTL(t.Context(), "session:key").Val()); got.Sub(expires).Abs() > time.Minute {
			t.Errorf("expires %v, want %v", got, expires)
		}
	}
	mustSave(t, s, v, time.Now().Add(-time.Hour))
	if n := c.Exists(t.Context(), "session:key").Val(); n != 0 {
		t.Error("what has expired is still there")
	}
}

func mustSave(t *testing.T, s *redisstore.Store, version uint64, expires time.Time) uint64 {
	t.Helper()
	next, err := s.Save(t.Context(), "key", []byte("data"), version, expires)
	if next == 0 || err != nil {
		t.Fatalf("Save: got version %d, %v", next, err)
	}
	return next
}

// Redis forgets scripts when it restarts.
func testRedisFlushed(t *testing.T, socket string) {
	c := connect(t, &redis.Options{Network: "unix", Addr: socket})
	s := redisstore.New(redisstore.Config{Client: c, Prefix: "flushed:"})
	v := mustSave(t, s, 0, time.Now().Add(time.Hour))
	if err := c.ScriptFlush(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	mustSave(t, s, v, time.Now().Add(time.Hour))
}

// What is not a session under a session's key is an error, and stays.
func testRedisForeign(t *testing.T, socket string) {
	c := connect(t, &redis.Options{Network: "unix", Addr: socket})
	s := redisstore.New(redisstore.Config{Client: c, Prefix: "foreign:"})
	c.Set(t.Context(), "foreign:short", "x", 0)
	c.LPush(t.Context(), "foreign:list", "x")
	for _, key := range []string{"short", "list"} {
		if data, v, err := s.Load(t.Context(), key); err == nil {
			t.Errorf("Load(%q): got %q, version %d, want an error", key, data, v)
		}
		if v, _ := s.Save(t.Context(), key, nil, 0, time.Now().Add(time.Hour)); v != 0 {
			t.Errorf("Save(%q): it was stored", key)
		}
	}
}

// The connection breaks after Redis has saved and before the client knows: it
// sends the script again, and that must not be a conflict with itself.
func testRedisAnswerLost(t *testing.T, socket string) {
	var breaks atomic.Bool
	c := connect(t, &redis.Options{Dialer: func(ctx context.Context, _, _ string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, "unix", socket)
		return &forgetful{Conn: conn, breaks: &breaks}, err
	}})
	s := redisstore.New(redisstore.Config{Client: c, Prefix: "lost:"})
	v := mustSave(t, s, 0, time.Now().Add(time.Hour))
	for range 5 {
		breaks.Store(true)
		v = mustSave(t, s, v, time.Now().Add(time.Hour))
		if breaks.Load() {
			t.Fatal("no answer was lost")
		}
		if data, got, err := s.Load(t.Context(), "key"); got != v || string(data) != "data" || err != nil {
			t.Errorf("got %q, version %d, %v, want version %d", data, got, err, v)
		}
	}
}

// forgetful is a connection that breaks, once for each time that breaks is
// set, when the answer to a script has come.
type forgetful struct {
	net.Conn
	breaks *atomic.Bool
	script atomic.Bool
}

func (f *forgetful) Write(b []byte) (int, error) {
	f.script.Store(bytes.Contains(bytes.ToLower(b), []byte("evalsha")))
	return f.Conn.Write(b)
}

func (f *forgetful) Read(b []byte) (int, error) {
	n, err := f.Conn.Read(b)
	if n > 0 && f.script.Load() && f.breaks.CompareAndSwap(true, false) {
		f.Conn.Close()
		return 0, io.ErrUnexpectedEOF
	}
	return n, err
}
