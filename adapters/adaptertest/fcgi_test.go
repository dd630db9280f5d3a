package adaptertest_test

import (
	"context"
	"errors"
	"net"
	"net/http/fcgi"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/adapters/adaptertest"
)

// What is known to be wrong with net/http/fcgi of Go 1.26. The table must see it.
var fcgiFaults = map[string]string{
	"request/plain":            "RequestURI is empty, URL has scheme and host",
	"request/local-addr":       "the context knows no address",
	"path/semicolon":           "RequestURI is empty",
	"body/chunked":             "ContentLength is 0 where it is not known",
	"body/after-close":         "the error is another one",
	"interim/early-hints":      "103 becomes the final status",
	"no-body/204":              "a body is allowed",
	"no-body/304":              "a body is allowed",
	"head/small":               "the body is sent",
	"sniff/encoded":            "the type of the coding is sniffed",
	"answer/snapshot":          "later edits leak into the answer",
	"status/invalid":           "invalid codes are accepted",
	"length/exceeded":          "the surplus is sent",
	"length/gibberish":         "it is sent as it is",
	"flush/head":               "Flush does not send the head",
	"duplex/read-after-answer": "EnableFullDuplex is not supported",
	"write/string":             "there is no WriteString",
	"life/cancelled-after":     "the context is never cancelled",
	"abort/silent":             "the context is never cancelled",
}

// What it does right: a table that everything fails would prove nothing.
var fcgiVirtues = []string{
	"field/canonical", "field/long", "field/longer", "field/cookies", "body/1", "body/65535", "body/65536", "body/1048577",
	"body/all-bytes", "answer/superfluous", "answer-field/newlines", "answer-field/longer", "status/404", "write/large",
	"read-from/file", "flush/ticks", "life/keep-alive", "parallel/own-answers", "parallel/no-queue", "std/range",
}

func TestFCGI(t *testing.T) {
	l, dial := unix(t)
	go fcgi.Serve(l, adaptertest.Handler())
	target := adaptertest.Target{
		URL:       "http://127.0.0.1",
		Transport: &adaptertest.FastCGI{Dial: dial},
		Differences: []adaptertest.Difference{
			adaptertest.NoTrailers, adaptertest.NoHijack, adaptertest.JoinedFields, adaptertest.NotHTTP1,
		},
	}
	for _, name := range fcgiVirtues {
		if err := target.Check(t.Context(), caseNamed(t, name)); err != nil {
			t.Error(err)
		}
	}
	target.Timeout = time.Second / 4 // what hangs now is meant to be found
	for name, fault := range fcgiFaults {
		found(t, &target, name, fault)
	}
}

// found checks that a case finds the fault that is there.
func found(t *testing.T, target *adaptertest.Target, name, fault string) {
	t.Helper()
	err := target.Check(t.Context(), caseNamed(t, name))
	var excused *adaptertest.ExcusedError
	switch {
	case err == nil:
		t.Errorf("%s passes, though %s", name, fault)
	case errors.As(err, &excused):
		t.Errorf("%s is excused: %v", name, err)
	case !strings.HasPrefix(err.Error(), name+": "):
		t.Errorf("the error does not name the case: %v", err)
	}
}

// unix listens on a socket that lives as long as the test.
func unix(t testing.TB) (net.Listener, func(ctx context.Context) (net.Conn, error)) {
	t.Helper()
	l, err := net.Listen("unix", t.TempDir()+"/s")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	addr := l.Addr().String()
	return l, func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", addr)
	}
}

// caseNamed finds a row of the table.
func caseNamed(t testing.TB, name string) adaptertest.Case {
	t.Helper()
	for _, c := range adaptertest.Cases() {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no case is named %q", name)
	panic("unreachable")
}
