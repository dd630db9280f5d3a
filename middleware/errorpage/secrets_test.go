package errorpage_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

type login struct {
	Name, Password string
	Tokens         []string
}

// The log line, the record and the occurrence hide what the page hides, wherever
// the program or the request has said that it is a secret.
func TestOneMasker(t *testing.T) {
	bob := login{"bob", "correct horse battery staple", []string{"first-tok", "second-tok"}}
	cases := map[string]struct {
		secrets []string
		fail    func(w http.ResponseWriter, r *http.Request) error
	}{
		"path parameter": {[]string{"open-sesame-42"}, func(_ http.ResponseWriter, r *http.Request) error {
			return errors.New("no such token: it was " + r.PathValue("token"))
		}},
		"traced": {[]string{"swordfish77"}, func(http.ResponseWriter, *http.Request) error {
			return errorpage.Trace(errors.New("bind as app with swordfish77 failed"), "password", "swordfish77")
		}},
		"attached": {[]string{"correct horse battery staple", "horse", "first-tok", "second-tok"}, func(_ http.ResponseWriter, r *http.Request) error {
			errorpage.With(r.Context(), "user", &bob)
			return fmt.Errorf("cannot bind with %q, nor with %s, nor %s", bob.Password, bob.Tokens[0], bob.Tokens[1])
		}},
		"attached map": {[]string{"first-tok", "second-tok", "zz-top"}, func(_ http.ResponseWriter, r *http.Request) error {
			errorpage.With(r.Context(), "config", map[string]any{"tokens": bob.Tokens})
			errorpage.With(r.Context(), "header", http.Header{"X-Api-Key": {"zz-top", "more"}})
			return errors.New("with second-tok and zz-top")
		}},
		"panic": {[]string{"battery", "second-tok"}, func(http.ResponseWriter, *http.Request) error { panic(bob) }},
		"basic": {[]string{"wonderland-7", "YWxpY2U6d29uZGVybGFuZC03"}, func(http.ResponseWriter, *http.Request) error {
			return errors.New("login with wonderland-7 failed")
		}},
		"form": {[]string{`form \"secret`, `form "secret`, "form%20%22secret"}, func(_ http.ResponseWriter, r *http.Request) error {
			return fmt.Errorf("refused %q at /x/%s", r.PostFormValue("password"), url.PathEscape(r.PostFormValue("password")))
		}},
		"logged": {[]string{"logged-secret"}, func(_ http.ResponseWriter, r *http.Request) error {
			slog.New(errorpage.LogHandler(slog.NewTextHandler(io.Discard, nil))).InfoContext(r.Context(), "x", slog.Group("db", "password", "logged-secret"))
			return errors.New("no logged-secret")
		}},
	}
	for name, tt := range cases {
		for _, dev := range []bool{false, true} {
			records := newRecords(t)
			s := newSite(errorpage.Config{Development: dev, Records: records}, nil)
			s.HandleFunc("/reset/{token}", gangplank.Try(tt.fail))
			r := local("POST", "/reset/open-sesame-42", "Accept", "text/html", "Content-Type", "application/x-www-form-urlencoded")
			r.SetBasicAuth("alice", "wonderland-7")
			r.Body = io.NopCloser(strings.NewReader(url.Values{"password": {`form "secret`}}.Encode()))
			rec := s.get(t, r)
			record, err := records.Get(rec.Header().Get("X-Error-Id"))
			if err != nil {
				t.Fatal(err)
			}
			stored, _ := json.Marshal(record)
			occurrence, _ := json.Marshal(record.Occurrences)
			for where, text := range map[string]string{
				"page": withoutSource(rec.Body.String()), "log": s.log.String(), "occurrence": string(occurrence), "record": withoutSource(string(stored)),
			} {
				hasNot(t, name+": "+where, unescaper.Replace(text), tt.secrets...)
			}
			has(t, name, s.log.String(), "hidden")
		}
	}
}

// withoutSource takes out the lines of this file, in which the secrets stand.
func withoutSource(page string) string {
	var report errorpage.Record
	if json.Unmarshal([]byte(page), &report) == nil && report.Report != nil {
		for _, c := range report.Report.Chain() {
			for i := range c.Stack {
				c.Stack[i].Source = nil
			}
		}
		b, _ := json.Marshal(report)
		return string(b)
	}
	var b strings.Builder
	for line := range strings.SplitSeq(page, "\n") {
		if !strings.Contains(line, `class="line`) && !strings.HasPrefix(line, "  ") {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// What a client sends is searched up to a bound, and not at all if nothing is
// written.
func TestSearchIsBounded(t *testing.T) {
	var long, short, query strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&long, "k%d=%012d;", i, i)
		fmt.Fprintf(&short, "s%d=xy;", i)
		fmt.Fprintf(&query, "token%d=%012d&", i, i)
	}
	hostile := map[string]func(r *http.Request){
		"cookies": func(r *http.Request) { r.Header.Set("Cookie", long.String()+short.String()) },
		"fields": func(r *http.Request) {
			for i := range 10_000 {
				r.Header.Add("X-Token", fmt.Sprintf("v%06d", i))
				r.Header.Add("X-Plain", fmt.Sprintf("w%06d", i))
			}
		},
		"long fields": func(r *http.Request) {
			for i := range 60 {
				r.Header.Set(fmt.Sprintf("X-A%d", i), strings.Repeat("<", 16000))
			}
		},
		"query": func(r *http.Request) { r.URL.RawQuery = query.String(); r.RequestURI = "/?" + query.String() },
		"form":  func(r *http.Request) { r.PostForm, _ = url.ParseQuery(query.String()) },
		"path":  func(r *http.Request) { r.RequestURI = "/" + strings.Repeat("a:b@", 1<<18) },
	}
	for name, fill := range hostile {
		for _, level := range []slog.Level{slog.LevelDebug, slog.LevelError + 1} {
			_, r, c := gangplank.Attach(httptest.NewRecorder(), local("GET", "/"))
			c.SetLogger(slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: level})))
			fill(r)
			got := errorpage.Searched(errorpage.Config{}, r, errors.New("oh no"))
			if nothing := level > slog.LevelError; nothing && got != 0 {
				t.Errorf("%s: searched %d bytes for a line that nobody gets", name, got)
			} else if !nothing && (got == 0 || got > 112<<10) {
				t.Errorf("%s: searched %d bytes", name, got)
			}
		}
	}
}

// What had no room is not shown, and the page says so.
func TestCrowdedRequest(t *testing.T) {
	records := newRecords(t)
	s := newSite(errorpage.Config{Development: true, Records: records}, func(http.ResponseWriter, *http.Request) error { return errors.New("oh no") })
	fill := func(accept string) *http.Request {
		r := local("GET", "/", "Accept", accept)
		for i := range 1000 {
			r.Header.Add("X-Token", fmt.Sprintf("v%06d", i))
			r.Header.Add("X-Plain", fmt.Sprintf("w%06d", i))
		}
		return r
	}
	for _, accept := range formats {
		rec := s.get(t, fill(accept))
		has(t, accept, rec.Body.String(), "values of the request: it has more than 200")
		hasNot(t, accept, rec.Body.String(), "w000999", "v000999")
		if rec.Body.Len() > 512<<10 {
			t.Errorf("%s: %d bytes", accept, rec.Body.Len())
		}
		record, err := records.Get(rec.Header().Get("X-Error-Id"))
		if err != nil {
			t.Fatal(err)
		}
		if q := record.Report.Request; len(q.Header) > 200 || len(q.Header) < 100 {
			t.Errorf("%d fields stored", len(q.Header))
		}
	}
}
