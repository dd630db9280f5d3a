package filestore_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/gangplank-web/gangplank/middleware/session/filestore"
)

func ExampleStore_Save() {
	parent, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(parent)
	store, err := filestore.Open(filestore.Config{Dir: filepath.Join(parent, "sessions")})
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()

	ctx, expires := context.Background(), time.Now().Add(time.Hour)
	first, _ := store.Save(ctx, "key", []byte("created"), 0, expires)
	second, _ := store.Save(ctx, "key", []byte("changed"), first, expires)
	late, _ := store.Save(ctx, "key", []byte("changed by a slow request"), first, expires)
	data, version, _ := store.Load(ctx, "key")
	fmt.Printf("%s %t, the slow request's was refused %t\n", data, version == second, late == 0)
	// Output: changed true, the slow request's was refused true
}
