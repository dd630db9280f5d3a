package errorpage_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// A record that cannot be read is kept, begun anew, and spoken of: in the log, and
// before that in the list.
func TestRecordDamaged(t *testing.T) {
	var log bytes.Buffer
	defer slog.SetDefault(slog.Default())
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	for desc, damage := range map[string]func(whole []byte) []byte{
		"half of it":          func(whole []byte) []byte { return whole[:len(whole)/2] },
		"nothing":             func([]byte) []byte { return nil },
		"another's":           func([]byte) []byte { return []byte(`{"fingerprint":"../../x","count":3}`) },
		"too much to be read": func(whole []byte) []byte { return append(whole, bytes.Repeat([]byte{' '}, 5<<20)...) },
	} {
		log.Reset()
		dir := t.TempDir()
		fail := func() *errorpage.Records { // as a new process does
			records := &errorpage.Records{Dir: dir}
			newSite(errorpage.Config{Records: records}, func(http.ResponseWriter, *http.Request) error { return errors.New("x") }).get(t, local("GET", "/"))
			if err := records.Flush(context.Background()); err != nil {
				t.Error(err)
			}
			return records
		}
		fail()
		files, err := filepath.Glob(filepath.Join(dir, "*.json"))
		if err != nil || len(files) != 1 {
			t.Fatal(files, err)
		}
		whole, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		damaged := damage(whole)
		if err := os.WriteFile(files[0], damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		fingerprint := strings.TrimSuffix(filepath.Base(files[0]), ".json")
		list, err := (&errorpage.Records{Dir: dir}).List()
		if err != nil || len(list) != 1 || list[0].Count != 0 || list[0].Fingerprint != fingerprint || !strings.Contains(list[0].Title(), "record "+fingerprint) {
			t.Errorf("%s: the list has %+v, %v", desc, list, err)
		}
		records := fail()
		has(t, desc+": the log", log.String(), "level=WARN", "a record cannot be read", files[0]+".bad")
		if kept, err := os.ReadFile(files[0] + ".bad"); err != nil || !bytes.Equal(kept, damaged) {
			t.Errorf("%s: kept %d bytes, %v", desc, len(kept), err)
		}
		if list, err := records.List(); err != nil || len(list) != 1 || list[0].Count != 1 {
			t.Errorf("%s: then the list has %+v, %v", desc, list, err)
		}
	}
}

// The list shows it as well, in each form.
func TestViewerOfDamaged(t *testing.T) {
	records := newRecords(t)
	if err := os.WriteFile(filepath.Join(records.Dir, "34793479.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	viewer := records.Handler(func(*http.Request) bool { return true })
	for _, accept := range formats {
		rec := httptest.NewRecorder()
		viewer.ServeHTTP(rec, local("GET", "/", "Accept", accept))
		has(t, accept, rec.Body.String(), "record 34793479: unexpected end of JSON input")
		hasNot(t, accept, rec.Body.String(), "0×", "href=\"?id=34793479")
	}
}
