package errorpage_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// Many processes count together: each has a Records of its own.
func TestRecordsShared(t *testing.T) {
	dir := t.TempDir()
	var mu sync.Mutex
	notified := 0
	var all sync.WaitGroup
	const processes, each = 8, 10
	for range processes {
		all.Go(func() {
			records := &errorpage.Records{Dir: dir}
			s := newSite(errorpage.Config{Records: records, Notify: func(context.Context, *errorpage.Report) { mu.Lock(); notified++; mu.Unlock() }},
				func(http.ResponseWriter, *http.Request) error { return errors.New("no 17") })
			for range each {
				s.serve(local("GET", "/"))
			}
			if err := records.Flush(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	list, err := (&errorpage.Records{Dir: dir}).List()
	if err != nil || len(list) != 1 || list[0].Count != processes*each || len(list[0].Occurrences) != 25 {
		t.Fatalf("got %+v, %v", list, err)
	}
	info, err := os.Stat(filepath.Join(dir, list[0].Fingerprint+".json"))
	if err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("got mode %v, %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".new-*")); left != nil {
		t.Errorf("left behind: %v", left)
	}
}

func TestNotify(t *testing.T) {
	got := make(chan *errorpage.Report, 10)
	kinds := map[string]error{"/a1": errors.New("at a1"), "/a2": errors.New("at a2"), "/b": errors.New("at the end")}
	config := errorpage.Config{Notify: func(_ context.Context, r *errorpage.Report) { got <- r }, NotifyEvery: time.Hour}
	s := newSite(config, func(_ http.ResponseWriter, r *http.Request) error { return kinds[r.URL.Path] })
	first := s.get(t, local("GET", "/a1"))
	s.get(t, local("GET", "/a2")) // the same, but for a number
	s.get(t, local("GET", "/b"))
	if a, b := <-got, <-got; a.Fingerprint == b.Fingerprint || a.ID != first.Header().Get("X-Error-Id") && b.ID != first.Header().Get("X-Error-Id") {
		t.Errorf("got %s and %s", a.ID, b.ID)
	}
	select {
	case r := <-got:
		t.Errorf("notified again: %s", r.ID)
	default:
	}
}

func TestRecordsLimits(t *testing.T) {
	records := &errorpage.Records{Dir: filepath.Join(t.TempDir(), "made", "here"), MaxFiles: 3}
	for _, kind := range []string{"xx", "yy", "zz", "ww", "vv"} {
		newSite(errorpage.Config{Records: records}, func(http.ResponseWriter, *http.Request) error { return errors.New("kind " + kind) }).get(t, local("GET", "/"))
	}
	if list, err := records.List(); err != nil || len(list) != 3 {
		t.Errorf("got %d records, %v", len(list), err)
	}
}

// What cannot be stored is logged, and the page is as good as ever.
func TestRecordsFail(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	records := &errorpage.Records{Dir: file}
	s := newSite(errorpage.Config{Records: records}, func(http.ResponseWriter, *http.Request) error { return errors.New("x") })
	if rec := s.get(t, local("GET", "/")); rec.Code != 500 {
		t.Errorf("got %d", rec.Code)
	}
	has(t, "the log", s.log.String(), "not recorded")
	if err := records.Flush(t.Context()); err == nil {
		t.Error("Flush could write")
	}
}

func TestViewer(t *testing.T) {
	records := newRecords(t)
	s := newSite(errorpage.Config{Records: records}, func(http.ResponseWriter, *http.Request) error {
		return errorpage.Trace(errors.New("the <cause>"))
	})
	id := s.get(t, local("GET", "/")).Header().Get("X-Error-Id")
	viewer := records.Handler(func(r *http.Request) bool { return r.Header.Get("X-Admin") == "yes" })
	get := func(target, accept string, admin bool) *httptest.ResponseRecorder {
		r := local("GET", target, "Accept", accept, "X-Admin", map[bool]string{true: "yes"}[admin])
		rec := httptest.NewRecorder()
		viewer.ServeHTTP(rec, r)
		return rec
	}
	for _, target := range []string{"/errors/", "/errors/?id=" + id} {
		if rec := get(target, "text/html", false); rec.Code != http.StatusForbidden {
			t.Errorf("%s: got %d without authorisation", target, rec.Code)
		}
		for _, accept := range []string{"text/html", "application/json", "text/plain"} {
			rec := get(target, accept, true)
			if rec.Code != 200 || rec.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s as %s: got %d, %v", target, accept, rec.Code, rec.Header())
			}
			has(t, target+" as "+accept, rec.Body.String(), "cause", id[:4])
		}
	}
	list := get("/errors/", "text/html", true)
	has(t, "the list", list.Body.String(), `<a href="?id=`+strings.ReplaceAll(id[:9], "-", "")+`">the &lt;cause&gt;</a>`, "<form>", `name="id"`)
	has(t, "the list's policy", list.Header().Get("Content-Security-Policy"), "form-action 'self'", "default-src 'none'")
	has(t, "a record", get("/errors/?id="+id, "text/html", true).Body.String(), `<a href="?">`, "Seen once, last ", id)
	for _, id := range []string{"HHHH-HHHH", "../../etc/passwd", "x", "%00"} {
		if rec := get("/errors/?id="+id, "text/html", true); rec.Code != 404 {
			t.Errorf("%s: got %d", id, rec.Code)
		}
	}
}
