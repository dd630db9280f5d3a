package session_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank/middleware/session"
)

// hanging is a Store that does not answer.
type hanging struct{ session.Store }

func (hanging) Load(ctx context.Context, _ string) ([]byte, uint64, error) {
	<-ctx.Done()
	return nil, 0, ctx.Err()
}

// A Store that hangs holds up a request for as long as it is allowed to.
func TestStoreHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := session.NewMemory(1 << 20)
		b := open(t, session.New(session.Config{Store: store})(actions()))
		b.get("/add")
		b.h = session.New(session.Config{Store: hanging{store}, Timeout: 3 * time.Second})(actions())
		start := time.Now()
		if w := b.get("/n"); w.Code < 500 || time.Since(start) != 3*time.Second {
			t.Errorf("got %d after %v", w.Code, time.Since(start))
		}
	})
}

// contextual is a Store that refuses to work for a request that is over.
type contextual struct{ session.Store }

func (c contextual) Save(ctx context.Context, key string, data []byte, version uint64, expires time.Time) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	return c.Store.Save(ctx, key, data, version, expires)
}

// What a request has done is stored although its client has gone away meanwhile.
func TestClientGone(t *testing.T) {
	b := open(t, session.New(session.Config{Store: contextual{session.NewMemory(1 << 20)}})(actions()))
	b.get("/add")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	b.h.ServeHTTP(discard{make(http.Header)}, b.request("/add").WithContext(ctx))
	b.want("/n", "2")
}
