package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/examples/internal/program"
	"github.com/gangplank-web/gangplank/examples/wiki/view"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// A wiki starts with each engine, and with none that there is not.
func TestEngines(t *testing.T) {
	for _, engine := range view.Engines() {
		h, err := (&settings{storage: "bolt:" + filepath.Join(t.TempDir(), "wiki"), name: "Test", engine: engine}).open(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
		if rec.Code != 200 || !strings.Contains(rec.Body.String(), "<title>Front Page · Test</title>") {
			t.Errorf("%s: got %d\n%s", engine, rec.Code, rec.Body)
		}
	}
	_, err := (&settings{storage: filepath.Join(t.TempDir(), "wiki.db"), engine: "cobol"}).open(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), "jinja, template") {
		t.Errorf("got %v", err)
	}
}

// Errors are recorded beside the data, elsewhere, or not at all.
func TestRecords(t *testing.T) {
	dir := t.TempDir()
	file, other := filepath.Join(dir, "wiki.db"), filepath.Join(dir, "other")
	for _, test := range []struct{ storage, records, want string }{
		{file, "", file + "-errors"}, {file, other, other}, {file, "none", ""}, {"postgres://host/name", "", ""}, {"postgres://host/name", other, other},
	} {
		got, err := (&settings{storage: test.storage, records: test.records}).openRecords()
		if err != nil || (got == nil) != (test.want == "") || got != nil && got.Dir != test.want {
			t.Errorf("%+v: got %+v, %v", test, got, err)
		}
	}
}

// Errors of the program's last second, which are only counted, are recorded when
// it is stopped.
func TestFlush(t *testing.T) {
	dir := t.TempDir()
	templates, records := filepath.Join(dir, "templates"), filepath.Join(dir, "errors")
	if err := os.CopyFS(templates, os.DirFS("view/templates")); err != nil {
		t.Fatal(err)
	}
	const failures = 3
	t.Run("until SIGTERM", func(t *testing.T) {
		client := program.Serve(t, program.Build(t), "-storage", filepath.Join(dir, "wiki.db"), "-errors", records, "-templates", templates)
		if err := os.WriteFile(filepath.Join(templates, "layout.html"), []byte("{{"), 0o600); err != nil {
			t.Fatal(err)
		}
		for range failures {
			resp, err := client.Get("http://wiki.test/")
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != http.StatusInternalServerError {
				t.Errorf("got %d", resp.StatusCode)
			}
		}
	})
	list, err := (&errorpage.Records{Dir: records}).List()
	if err != nil || len(list) != 1 || list[0].Count != failures {
		t.Errorf("got %+v, %v, want one error, %d times", list, err, failures)
	}
}
