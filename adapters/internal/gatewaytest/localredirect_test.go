//go:build linux

package gatewaytest_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/gangplank-web/gangplank/adapters"
	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
	"github.com/gangplank-web/gangplank/middleware/static"
)

const redirectedFolder = "GANGPLANK_REDIRECTED_FOLDER"

// redirecting has Apache send the files of a folder if this process is one that it
// has started for that, and does not return then.
func redirecting() {
	folder := os.Getenv(redirectedFolder)
	if folder == "" {
		return
	}
	slog.SetDefault(slog.New(slog.DiscardHandler))
	err := adapters.Main(static.Handler(static.Config{Dir: folder, Offload: static.LocalRedirect("/library")}))
	if err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
	}
	os.Exit(1)
}

// TestLocalRedirect has Apache send files without any module for that.
func TestLocalRedirect(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"apache-cgid", "apache-cgi", "apache-fcgid"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			self := servertest.Self(t)
			program := filepath.Join(filepath.Dir(self), "redirecting")
			front := gatewayOf(t, name).Start(t, "/app", program)
			folder := filepath.Join(front.Dir, "htdocs", "library")
			if err := os.CopyFS(folder, os.DirFS(library(t))); err != nil {
				t.Fatal(err)
			}
			script := fmt.Sprintf("#!/bin/sh\n%s=%s exec %s \"$@\"\n", redirectedFolder, folder, self)
			servertest.WriteProgram(t, program, []byte(script))
			ask(t, front.URL+"/app/a%20b%2520c+d%3F.txt").expect(t, 200, "0123456789", "")
			ask(t, front.URL+"/app/a%20b%2520c+d%3F.txt", "Range: bytes=3-5").expect(t, 206, "345", "")
			ask(t, front.URL+"/app/nothing").expect(t, 404, "404 Not Found\nThere is nothing here.\n", "text/plain; charset=utf-8")
		})
	}
}
