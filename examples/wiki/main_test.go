package main

import (
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/examples/wiki/view"
)

// A wiki starts with each engine, and with none that there is not.
func TestEngines(t *testing.T) {
	for _, engine := range view.Engines() {
		h, err := (&settings{storage: "bolt:" + filepath.Join(t.TempDir(), "wiki"), name: "Test", engine: engine, records: "none"}).open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
		if rec.Code != 200 || !strings.Contains(rec.Body.String(), "<title>Front Page · Test</title>") {
			t.Errorf("%s: got %d\n%s", engine, rec.Code, rec.Body)
		}
	}
	_, err := (&settings{storage: filepath.Join(t.TempDir(), "wiki.db"), engine: "cobol", records: "none"}).open(t.Context())
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
