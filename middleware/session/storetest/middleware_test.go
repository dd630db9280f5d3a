package storetest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/middleware/session"
	"github.com/gangplank-web/gangplank/middleware/session/filestore"
)

// What session promises of every Store, by requests over a network.
func testMiddleware(t *testing.T, open func(t *testing.T) session.Store) {
	t.Run("merged", func(t *testing.T) {
		s := newSite(t, session.Config{Store: open(t), Merge: session.AddUp})
		if got := s.race("/add"); got[http.StatusOK] != racers {
			t.Errorf("got statuses %v, want %d times 200", got, racers)
		}
		s.want("/get", fmt.Sprint(racers))
	})
	t.Run("conflict", func(t *testing.T) {
		s := newSite(t, session.Config{Store: open(t)})
		if got := s.race("/add"); got[http.StatusOK] != 1 || got[http.StatusConflict] != racers-1 {
			t.Errorf("got statuses %v, want 200 once, else 409", got)
		}
		s.want("/get", "1")
	})
	t.Run("destroyed", func(t *testing.T) {
		s := newSite(t, session.Config{Store: open(t), Merge: session.KeepMine})
		s.want("/start", "started")
		slow := make(chan string)
		go func() { slow <- s.get("/slow") }()
		<-s.loaded
		s.want("/end", "ended")
		close(s.proceed)
		<-slow
		s.want("/new", "true")
		s.jar(s.first)
		s.want("/new", "true")
	})
	t.Run("renewed", func(t *testing.T) {
		s := newSite(t, session.Config{Store: open(t)})
		s.want("/start", "started")
		s.want("/renew", "renewed")
		s.want("/new", "false")
		s.jar(s.first)
		s.want("/new", "true")
	})
	t.Run("list", func(t *testing.T) { testList(t, open(t)) })
}

// testList lets a user log in with several browsers at once, at as many servers,
// see all of them, and end one.
func testList(t *testing.T, store session.Store) {
	browsers := make([]*site, racers)
	var wg sync.WaitGroup
	for i := range browsers {
		browsers[i] = newSite(t, session.Config{Store: store})
		wg.Go(func() { browsers[i].want("/bind", "ann") })
	}
	wg.Wait()
	if got := len(strings.Fields(browsers[0].get("/list"))); got != racers {
		t.Errorf("%d sessions are listed, want %d", got, racers)
	}
	browsers[0].want("/end-one?id="+browsers[1].get("/id"), "true <nil>")
	browsers[1].want("/user", "")
	browsers[2].want("/user", "ann")
	if got := len(strings.Fields(browsers[0].get("/list"))); got != racers-1 {
		t.Errorf("%d sessions are listed, want %d", got, racers-1)
	}
}

const racers = 8

// site is a server whose handlers change a session, and a browser.
type site struct {
	t       *testing.T
	server  *httptest.Server
	client  *http.Client
	first   []*http.Cookie // of /start
	loaded  chan struct{}  // /slow has loaded its session
	proceed chan struct{}  // /slow may go on
	meet    sync.WaitGroup // where those meet who have loaded the same
}

func newSite(t *testing.T, cfg session.Config) *site {
	s := &site{t: t, loaded: make(chan struct{}), proceed: make(chan struct{})}
	mux := http.NewServeMux()
	handle := func(path string, f func(s *session.Session) string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, f(session.From(r))) })
	}
	handle("/start", func(x *session.Session) string { x.Set("n", 0); return "started" })
	handle("/get", func(x *session.Session) string { return fmt.Sprint(session.Get[int](x, "n")) })
	handle("/new", func(x *session.Session) string { return fmt.Sprint(x.IsNew()) })
	handle("/renew", func(x *session.Session) string { x.Renew(); return "renewed" })
	handle("/end", func(x *session.Session) string { x.Destroy(); return "ended" })
	handle("/id", (*session.Session).ID)
	handle("/user", (*session.Session).User)
	handle("/bind", func(x *session.Session) string { x.Renew(); x.Bind("ann"); return "ann" })
	handle("/list", func(x *session.Session) string {
		list, err := x.List(t.Context(), "ann")
		if err != nil {
			t.Error(err)
		}
		return strings.Repeat("one ", len(list))
	})
	mux.HandleFunc("/end-one", func(w http.ResponseWriter, r *http.Request) {
		found, err := session.From(r).EndOne(r.Context(), "ann", r.FormValue("id"))
		fmt.Fprint(w, found, err)
	})
	handle("/add", func(x *session.Session) string {
		n := session.Get[int](x, "n")
		s.meet.Done()
		s.meet.Wait()
		x.Set("n", n+1)
		return "added"
	})
	handle("/slow", func(x *session.Session) string {
		n := session.Get[int](x, "n")
		close(s.loaded)
		<-s.proceed
		x.Set("n", n+1)
		return "slowly"
	})
	cfg.Timeout = time.Minute // a busy machine is no failing store
	s.server = httptest.NewTLSServer(session.New(cfg)(mux))
	t.Cleanup(s.server.Close)
	s.client = s.server.Client()
	s.jar(nil)
	return s
}

// jar gives the browser these cookies and no others.
func (s *site) jar(cookies []*http.Cookie) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	s.client.Jar = jar
	for _, c := range cookies {
		jar.SetCookies(s.request("/").URL, []*http.Cookie{c})
	}
}

func (s *site) request(path string) *http.Request {
	r, err := http.NewRequestWithContext(s.t.Context(), "GET", s.server.URL+path, nil)
	if err != nil {
		panic(err)
	}
	return r
}

func (s *site) do(path string) (status int, body string) {
	res, err := s.client.Do(s.request(path))
	if err != nil {
		s.t.Error(err)
		return 0, ""
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Error(err)
	}
	if path == "/start" {
		s.first = res.Cookies()
	}
	return res.StatusCode, string(b)
}

func (s *site) get(path string) string {
	_, body := s.do(path)
	return body
}

func (s *site) want(path, want string) {
	s.t.Helper()
	if got := s.get(path); got != want {
		s.t.Errorf("%s: got %q, want %q", path, got, want)
	}
}

// race has several requests load the session before the first changes it, and
// counts the statuses of the answers.
func (s *site) race(path string) map[int]int {
	s.want("/start", "started")
	s.meet.Add(racers)
	statuses := make([]int, racers)
	var wg sync.WaitGroup
	for i := range racers {
		wg.Go(func() { statuses[i], _ = s.do(path) })
	}
	wg.Wait()
	count := make(map[int]int)
	for _, status := range statuses {
		count[status]++
	}
	return count
}

func TestMemory(t *testing.T) {
	testMiddleware(t, func(*testing.T) session.Store { return session.NewMemory(1 << 20) })
}

func TestFiles(t *testing.T) {
	testMiddleware(t, func(t *testing.T) session.Store {
		s, err := filestore.Open(filestore.Config{Dir: filepath.Join(t.TempDir(), "sessions")})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	})
}
