//go:build linux

package gatewaytest_test

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

var lifeCases = []testCase{
	{name: "many at once", run: testManyAtOnce},
	{name: "reload under load", run: testReload, except: []exception{
		{"apache-cgid", "mod_cgid's daemon is away for a moment: 503, before our program is started"},
		{"apache-htaccess", "mod_cgid's daemon is away for a moment: 503, before our program is started"},
		{"apache-fcgid", "a worker that asks mod_fcgid's process manager for a program while that is being replaced waits for ever, and what the manager has just started is killed at once"},
	}},
}

// Answers do not get mixed up, and no request fails.
func testManyAtOnce(t *testing.T, s *site) {
	load(t, s, 8, 400, func(n int64) (*http.Request, string) {
		r, sum := body(n)
		return s.request(t, "POST", "/sum", r, withLength(n)), sum
	})
}

// load asks total times, so many at once. ask makes a request and what must be
// answered.
func load(t *testing.T, s *site, clients int, total int64, ask func(n int64) (*http.Request, string)) {
	t.Helper()
	var last atomic.Int64
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for n := last.Add(1); n <= total && !t.Failed(); n = last.Add(1) {
				r, want := ask(n)
				if a, err := s.send(r); err != nil || a.err != nil {
					t.Errorf("request %d: %v", n, errors.Join(err, a.err))
				} else {
					a.want(t, 200, want)
				}
			}
		})
	}
	wg.Wait()
}

// A graceful restart of the web server, which also restarts what it has
// spawned, costs no request. It may close idle connections to clients, who then
// ask again: net/http's does if the request is one that may be repeated.
func testReload(t *testing.T, s *site) {
	every := int64(150)
	if s.gateway.Backend == servertest.Program {
		every = 50
	}
	load(t, s, 4, 4*every, func(n int64) (*http.Request, string) {
		if n%every == 0 {
			if err := s.server.Reload(); err != nil {
				t.Error(err)
			}
		}
		return s.request(t, "GET", fmt.Sprintf("/header/%d", n), nil), fmt.Sprintf("header of %d\n", n)
	})
	s.works(t)
}
