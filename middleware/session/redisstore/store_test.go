package redisstore_test

import (
	"context"
	"fmt"
	"log"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/gangplank-web/gangplank/middleware/session/redisstore"
)

// What Redis makes of it is tested with Redis, in the module storetest.

func TestNoClient(t *testing.T) {
	defer func() {
		if p, ok := recover().(string); !ok || !strings.HasPrefix(p, "redisstore: ") {
			t.Errorf("got panic %v", p)
		}
	}()
	redisstore.New(redisstore.Config{})
}

// A Redis that is not there is an error of every method, and no session.
func TestNoServer(t *testing.T) {
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: t.TempDir() + "/none", MaxRetries: -1})
	defer client.Close()
	s := redisstore.New(redisstore.Config{Client: client})
	if data, v, err := s.Load(t.Context(), "key"); err == nil || v != 0 || data != nil {
		t.Errorf("Load: got %q, version %d, %v, want an error", data, v, err)
	}
	if v, err := s.Save(t.Context(), "key", nil, 0, time.Now().Add(time.Hour)); err == nil || v != 0 {
		t.Errorf("Save: got version %d, %v, want an error", v, err)
	}
	if err := s.Delete(t.Context(), "key"); err == nil {
		t.Error("Delete: got no error")
	}
}

func Example() {
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:6379"})
	defer client.Close()
	store := redisstore.New(redisstore.Config{Client: client, Prefix: "app:session:"})

	ctx, expires := context.Background(), time.Now().Add(time.Hour)
	first, err := store.Save(ctx, "key", []byte("created"), 0, expires)
	if err != nil {
		log.Fatal(err)
	}
	second, err := store.Save(ctx, "key", []byte("changed"), first, expires)
	fmt.Println(second != 0, err)
}
