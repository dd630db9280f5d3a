package errorpage_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// recording is a site of which all requests fail, and how often it has notified.
func recording(records *errorpage.Records) (*site, *atomic.Int32) {
	notified := new(atomic.Int32)
	notify := func(context.Context, *errorpage.Report) { notified.Add(1) }
	return newSite(errorpage.Config{Records: records, Notify: notify}, func(http.ResponseWriter, *http.Request) error {
		return errors.New("of one kind")
	}), notified
}

// A folder that cannot be written makes neither no notification nor many.
func TestNotifyOfWhatCannotBeStored(t *testing.T) {
	for desc, spoil := range map[string]func(t *testing.T, dir, fingerprint string){
		"no folder": func(t *testing.T, dir, _ string) {
			if err := errors.Join(os.RemoveAll(dir), os.WriteFile(dir, nil, 0o600)); err != nil {
				t.Error(err)
			}
		},
		"no file": func(t *testing.T, dir, fingerprint string) { // the rename fails, as on a full disk the write does
			for _, end := range []string{".json", ".json.bad"} {
				if err := os.MkdirAll(filepath.Join(dir, fingerprint+end, "in the way"), 0o700); err != nil {
					t.Error(err)
				}
			}
		},
	} {
		t.Run(desc, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "errors")
			scratch, _ := recording(nil)
			rec, _ := scratch.serve(local("GET", "/"))
			spoil(t, dir, strings.ReplaceAll(rec.Header().Get("X-Error-Id"), "-", "")[:8])
			synctest.Test(t, func(t *testing.T) {
				records := &errorpage.Records{Dir: dir}
				s, notified := recording(records)
				const times = 5
				for range times {
					s.serve(local("GET", "/"))
					time.Sleep(90 * time.Second)
				}
				if got := notified.Load(); got != 1 {
					t.Errorf("notified %d times within an hour", got)
				}
				time.Sleep(time.Hour)
				s.serve(local("GET", "/"))
				synctest.Wait()
				if got := notified.Load(); got != 2 {
					t.Errorf("notified %d times in more than an hour", got)
				}
				if err := errors.Join(os.RemoveAll(dir), records.Flush(t.Context())); err != nil {
					t.Fatal(err)
				}
				if all, err := records.List(); err != nil || len(all) != 1 || all[0].Count != times+1 || all[0].Report == nil {
					t.Errorf("when it could be written: got %+v, %v", all, err)
				}
			})
		})
	}
}

// What a client sent, or the program has logged of it, must not make a record
// that cannot be read again.
func TestLargeReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		records := &errorpage.Records{Dir: t.TempDir()}
		logger := slog.New(errorpage.LogHandler(slog.NewTextHandler(io.Discard, nil)))
		var notified atomic.Int32
		config := errorpage.Config{Records: records, Notify: func(context.Context, *errorpage.Report) { notified.Add(1) }}
		s := newSite(config, func(_ http.ResponseWriter, r *http.Request) error {
			for i := range 100 {
				logger.InfoContext(r.Context(), fmt.Sprint(i, strings.Repeat("\x01", 15_000)))
			}
			return nest(40, errors.New("kind "))
		})
		const times = 3
		for range times {
			r := local("GET", "/?q="+strings.Repeat("<", 60_000))
			for i := range 100 {
				r.Header.Set(fmt.Sprintf("X-A%d", i), strings.Repeat("\x01", 15_000))
			}
			s.serve(r)
			time.Sleep(2 * time.Second)
		}
		all, err := records.List()
		if err != nil || len(all) != 1 || all[0].Count != times || all[0].Report.Error.Message != "kind " || notified.Load() != 1 {
			t.Fatalf("got %d records, %v, notified %d times", len(all), err, notified.Load())
		}
		info, err := os.Stat(filepath.Join(records.Dir, all[0].Fingerprint+".json"))
		if err != nil || info.Size() > 4<<20 {
			t.Errorf("got %v, %v", info, err)
		}
		whole, err := records.Get(all[0].Fingerprint)
		if err != nil {
			t.Fatal(err)
		}
		has(t, "what is missing", strings.Join(whole.Report.Missing, "\n"), "what is too large for a record", "32 errors deep: 8")
	})
}

// What was seen once is not remembered for ever.
func TestRecordsForget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		records := &errorpage.Records{Dir: t.TempDir(), MaxFiles: 10}
		s, _ := recording(records)
		for i := range 300 {
			s.serve(s.ofKind(fmt.Sprint("kind", i)))
			if n := records.Waiting(); n > 200 {
				t.Fatalf("%d errors are remembered", n)
			}
		}
		time.Sleep(time.Minute)
		s.serve(s.ofKind("another"))
		if n := records.Waiting(); n != 1 {
			t.Errorf("after a minute %d errors are remembered, want 1", n)
		}
	})
}

// A storm is counted, and written after a second or by Flush.
func TestRecordsStorm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		records := &errorpage.Records{Dir: t.TempDir()}
		s, _ := recording(records)
		storm := func(want int64) {
			t.Helper()
			for range 100 {
				s.serve(local("GET", "/"))
			}
			if all, err := records.List(); err != nil || len(all) != 1 || all[0].Count != want {
				t.Errorf("got %d records, %v, want %d of one", len(all), err, want)
			}
		}
		storm(1)
		time.Sleep(time.Second)
		synctest.Wait()
		storm(100)
		if err := records.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		storm(200)
		if err := records.Flush(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
