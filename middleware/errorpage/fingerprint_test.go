package errorpage_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
	"github.com/gangplank-web/gangplank/middleware/form"
)

// letters spells n without digits.
func letters(n int) string {
	var b []byte
	for range 6 {
		b = append(b, byte('a'+n%26))
		n = n/26 + 7*n%13
	}
	return string(b)
}

func reversed(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// fingerprints are those of n requests of which each says something else.
func fingerprints(n int, request func(word string) *http.Request, fail func(*http.Request) error) map[string]bool {
	h := errorpage.New(errorpage.Config{})(gangplank.Try(func(_ http.ResponseWriter, r *http.Request) error { return fail(r) }))
	got := map[string]bool{}
	for i := range n {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, request(letters(i)))
		got[rec.Header().Get("X-Error-Id")[:9]] = true
	}
	return got
}

// What the client sends makes no error another one.
func TestFingerprintOfFlood(t *testing.T) {
	inPath := func(word string) *http.Request { return local("GET", "/x/"+word) }
	last := func(r *http.Request) string { return r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:] }
	tests := []struct {
		desc    string
		request func(word string) *http.Request
		fail    func(*http.Request) error
	}{
		{"the path", inPath, func(r *http.Request) error { return fmt.Errorf("open /data/%s: permission denied", last(r)) }},
		{"the path in upper case", inPath, func(r *http.Request) error { return errors.New("no row for " + strings.ToUpper(last(r))) }},
		{"several elements", func(word string) *http.Request {
			return local("GET", "/x"+strings.Repeat("/"+word, len(word)%3+strings.Count(word, "a")))
		},
			func(r *http.Request) error { return errors.New("no page " + r.URL.Path + " here") }},
		{"signs only", func(word string) *http.Request {
			return local("GET", "/x/"+strings.Map(func(r rune) rune { return rune("!$*~-"[r%5]) }, word))
		},
			func(r *http.Request) error { return errors.New("no page " + last(r) + " here") }},
		{"the query", func(word string) *http.Request { return local("GET", "/?user="+word) },
			func(r *http.Request) error { return errors.New("no user " + r.FormValue("user")) }},
		{"a name in the query", func(word string) *http.Request { return local("GET", "/?"+word+"=1") },
			func(r *http.Request) error {
				return fmt.Errorf("no column %s", strings.TrimSuffix(r.URL.RawQuery, "=1"))
			}},
		{"the form", func(word string) *http.Request {
			r := local("POST", "/")
			r.PostForm = url.Values{"user": {word}}
			return r
		}, func(r *http.Request) error { return errors.New("no user " + r.PostForm.Get("user")) }},
		{"JSON", func(word string) *http.Request {
			r := local("POST", "/", "Content-Type", "application/json")
			r.Body = io.NopCloser(strings.NewReader(`{"user":"` + word + `"}`))
			return r
		}, func(r *http.Request) error {
			var in struct {
				User string `form:"user"`
			}
			if err := form.Decode(r, &in, form.Limits{}); err != nil {
				return err
			}
			return errors.New("no user " + in.User)
		}},
		{"a cookie", func(word string) *http.Request { return local("GET", "/", "Cookie", "sid="+word) }, func(r *http.Request) error {
			c, _ := r.Cookie("sid")
			return errors.New("no session " + c.Value)
		}},
		{"the user who logs in", func(word string) *http.Request {
			r := local("GET", "/")
			r.SetBasicAuth(word, "x")
			return r
		}, func(r *http.Request) error {
			user, _, _ := r.BasicAuth()
			return errors.New("LDAP knows no " + user)
		}},
		{"a method", func(word string) *http.Request { return local(strings.ToUpper(word), "/") },
			func(r *http.Request) error { return errors.New("cannot do this") }},
		{"a number beside letters", inPath, func(r *http.Request) error { return errors.New("no id-" + reversed(last(r)) + "-0x1f") }},
		{"how many errors", inPath, func(r *http.Request) error {
			return errors.Join(slices.Repeat([]error{errors.New("a bad line")}, 1+int(last(r)[0]-'a'))...)
		}},
		// The rest is not seen in the request.
		{"a file", inPath, func(r *http.Request) error {
			return fmt.Errorf("load: %w", &fs.PathError{Op: "open", Path: "/data/" + reversed(last(r)), Err: fs.ErrPermission})
		}},
		{"a host", inPath, func(r *http.Request) error {
			dns := &net.DNSError{Err: "no such host", Name: reversed(last(r))}
			return &url.Error{Op: "Get", URL: "http://" + reversed(last(r)), Err: &net.OpError{Op: "dial", Net: "tcp", Err: dns}}
		}},
		{"what is quoted", inPath, func(r *http.Request) error { return fmt.Errorf("no %q", reversed(last(r))) }},
	}
	for _, tt := range tests {
		if got := fingerprints(60, tt.request, tt.fail); len(got) != 1 {
			t.Errorf("%s: %d fingerprints", tt.desc, len(got))
		}
	}
}

// Errors are not one because their requests are alike.
func TestFingerprintTellsApart(t *testing.T) {
	seen := map[string]string{}
	for desc, err := range map[string]error{
		"a text":           errors.New("the pool is closed"),
		"another":          errors.New("the pool is empty"),
		"a file":           &fs.PathError{Op: "open", Path: "/a", Err: fs.ErrNotExist},
		"a file's write":   &fs.PathError{Op: "write", Path: "/a", Err: fs.ErrNotExist},
		"a file's refusal": &fs.PathError{Op: "open", Path: "/a", Err: fs.ErrPermission},
		"wrapped":          fmt.Errorf("a: %w", &fs.PathError{Op: "open", Path: "/a", Err: fs.ErrPermission}),
		"wrapped by other": fmt.Errorf("load: %w", &fs.PathError{Op: "open", Path: "/a", Err: fs.ErrPermission}),
		"a panic":          errorpage.Trace(errors.New("the pool is closed")),
	} {
		for id := range fingerprints(1, func(word string) *http.Request { return local("GET", "/"+word) }, func(*http.Request) error { return err }) {
			if seen[id] != "" {
				t.Errorf("%s and %s have the same fingerprint", desc, seen[id])
			}
			seen[id] = desc
		}
	}
}

// disguised are two routes whose errors have what the client sent in a form that
// no rule sees through.
func disguised(config errorpage.Config) *site {
	fail := func(_ http.ResponseWriter, r *http.Request) error { return errors.New("no " + reversed(r.URL.Path)) }
	s := newSite(config, fail)
	s.HandleFunc("/a/*", gangplank.Try(fail))
	return s
}

func (s *site) flood(t *testing.T) {
	t.Helper()
	for i := range 50 {
		s.get(t, local("GET", "/a/"+letters(i)))
		s.get(t, local("GET", "/b/"+letters(i)))
	}
}

func TestRecordsOfFlood(t *testing.T) {
	records := newRecords(t)
	disguised(errorpage.Config{Records: records}).flood(t)
	if list, err := records.List(); err != nil || len(list) != 2*17 {
		t.Errorf("got %d records, %v; want 16 of each route, and one for all others", len(list), err)
	}
}

func TestNotifyOfFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var notified atomic.Int32
		s := disguised(errorpage.Config{Notify: func(context.Context, *errorpage.Report) { notified.Add(1) }})
		for hour := range int32(3) {
			s.flood(t)
			synctest.Wait()
			if got := notified.Load(); got != 20*(hour+1) {
				t.Errorf("%d notifications in %d hours", got, hour+1)
			}
			if got := strings.Count(s.log.String(), "are not notified"); got != int(hour)+1 {
				t.Errorf("the log says %d times in %d hours that there are too many", got, hour+1)
			}
			time.Sleep(time.Hour)
		}
	})
}

// Many that come once do not drive out what comes again.
func TestRecordsPruned(t *testing.T) {
	records := newRecords(t)
	records.MaxFiles = 20
	s, _ := recording(records)
	get := func(r *http.Request) string { return s.get(t, r).Header().Get("X-Error-Id") }
	var again []string
	for i := range 3 {
		r := s.ofKind(fmt.Sprint("again", i))
		get(r)
		again = append(again, get(r))
	}
	if err := records.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		if _, err := records.Get(get(s.ofKind(fmt.Sprint("once", i)))); err != nil {
			t.Errorf("the newest of %d: %v", i, err)
		}
	}
	for _, id := range again {
		if _, err := records.Get(id); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	if list, err := records.List(); err != nil || len(list) != 20 {
		t.Errorf("got %d records, %v", len(list), err)
	}
}
