package session_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank/middleware/session"
	"github.com/gangplank-web/gangplank/middleware/session/sessiontest"
)

func TestMemory(t *testing.T) {
	sessiontest.Run(t, func(t *testing.T) sessiontest.Store { return session.NewMemory(64 << 20) })
}

func save(t *testing.T, m *session.Memory, key string, size int, life time.Duration) {
	t.Helper()
	version, err := m.Save(context.Background(), key, make([]byte, size), 0, time.Now().Add(life))
	if version == 0 || err != nil {
		t.Fatalf("%s: got version %d, %v", key, version, err)
	}
}

// When a Memory is full it forgets what would expire first, and it does not grow.
func TestMemoryIsBounded(t *testing.T) {
	const bytes, size = 1 << 20, 800
	m := session.NewMemory(bytes)
	save(t, m, "long", size, time.Hour)
	for i := range 10_000 {
		save(t, m, fmt.Sprint(i), size, time.Minute)
		if got := m.Len() * size; got > bytes {
			t.Fatalf("%d bytes after %d", got, i)
		}
	}
	if n := m.Len() * size; n < bytes/2 {
		t.Errorf("only %d bytes are used", n)
	}
	for key, want := range map[string]bool{"long": true, "9999": true, "0": false} {
		if _, version, _ := m.Load(context.Background(), key); (version != 0) != want {
			t.Errorf("%s: got version %d", key, version)
		}
	}
	if _, err := m.Save(context.Background(), "large", make([]byte, bytes/16), 0, time.Now().Add(time.Hour)); err == nil || !strings.Contains(err.Error(), "65536 bytes") {
		t.Errorf("larger than a part: got %v", err)
	}
	if _, version, _ := m.Load(context.Background(), "long"); version == 0 {
		t.Error("what could not be stored has displaced another")
	}
}

// What has expired goes, bit by bit, as others come.
func TestMemoryForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := session.NewMemory(1 << 20)
		for i := range 500 {
			save(t, m, fmt.Sprint("old", i), 10, time.Second)
		}
		time.Sleep(time.Second)
		for i := range 500 {
			save(t, m, fmt.Sprint("new", i), 10, time.Hour)
		}
		if n := m.Len(); n > 550 {
			t.Errorf("%d entries, of which 500 live", n)
		}
	})
}

func TestNewMemoryPanics(t *testing.T) {
	defer func() {
		if got := fmt.Sprint(recover()); !strings.Contains(got, "session: NewMemory: 1000 bytes") {
			t.Errorf("got %s", got)
		}
	}()
	session.NewMemory(1000)
}
