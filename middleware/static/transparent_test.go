package static_test

import (
	"testing"
	"testing/fstest"

	"github.com/gangplank-web/gangplank/middleware/middlewaretest"
	"github.com/gangplank-web/gangplank/middleware/static"
)

// What is not a file's is not touched.
func TestTransparent(t *testing.T) {
	t.Parallel()
	middlewaretest.Run(t, static.New(static.Config{FS: fstest.MapFS{"assets/a.js": {Data: []byte("a")}}, List: true, Index: []string{}, Prefix: "/assets"}))
}

func TestTransparentAtTheRoot(t *testing.T) {
	t.Parallel()
	middlewaretest.Run(t, static.New(static.Config{FS: fstest.MapFS{"a.js": {Data: []byte("a")}}}))
}
