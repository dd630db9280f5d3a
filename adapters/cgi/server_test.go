package cgi_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/cgi"
)

// answer runs a Server in this process.
func answer(s cgi.Server, stdin string, environ ...string) (out string, err error) {
	var b bytes.Buffer
	s.Stdin, s.Stdout, s.Stderr = strings.NewReader(stdin), &b, io.Discard
	s.Environ = append([]string{
		"GATEWAY_INTERFACE=CGI/1.1", "SERVER_PROTOCOL=HTTP/1.1", "SERVER_SOFTWARE=test", "SERVER_ADDR=192.0.2.1", "SERVER_PORT=80",
		"REQUEST_METHOD=GET", "REQUEST_URI=/app/a", "SCRIPT_NAME=/app", "PATH_INFO=/a", "REMOTE_ADDR=192.0.2.7", "REMOTE_PORT=4711", "HTTP_HOST=example.com",
	}, environ...)
	if s.Logger == nil {
		s.Logger = slog.New(slog.DiscardHandler)
	}
	err = s.Serve()
	return b.String(), err
}

// body returns what follows the head.
func body(out string) string {
	_, b, _ := strings.Cut(out, "\r\n\r\n")
	return b
}

func TestBody(t *testing.T) {
	t.Parallel()
	const length, chunked = "CONTENT_LENGTH=5", "HTTP_TRANSFER_ENCODING=chunked"
	for _, test := range []struct {
		desc      string
		server    cgi.Server
		environ   []string
		want      string
		wantBytes int64
	}{
		{desc: "length", environ: []string{length}, want: "hello", wantBytes: 5},
		{desc: "no length: RFC 3875 promises no end", want: ""},
		{desc: "empty length", environ: []string{"CONTENT_LENGTH="}, want: ""},
		{desc: "no length, read to the end", server: cgi.Server{ReadToEOF: true}, want: "hello world", wantBytes: -1},
		{desc: "no length of what came in chunks", environ: []string{chunked}, want: "hello world", wantBytes: -1},
		{desc: "length of what came in chunks", environ: []string{length, chunked}, want: "hello", wantBytes: 5},
		{desc: "cut", environ: []string{"CONTENT_LENGTH=50"}, want: "hello worldunexpected EOF", wantBytes: 50},
		{desc: "too long", server: cgi.Server{MaxBodyBytes: 4}, environ: []string{length}, want: "hellhttp: request body too large", wantBytes: 5},
	} {
		t.Run(test.desc, func(t *testing.T) {
			t.Parallel()
			test.server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.ContentLength != test.wantBytes {
					t.Errorf("ContentLength: got %d, want %d", r.ContentLength, test.wantBytes)
				}
				if _, err := io.Copy(w, r.Body); err != nil {
					io.WriteString(w, err.Error())
				}
			})
			out, err := answer(test.server, "hello world", append(test.environ, "REQUEST_METHOD=POST")...)
			if err != nil || body(out) != test.want {
				t.Errorf("got %q, %v, want %q", body(out), err, test.want)
			}
		})
	}
}

func TestInformational(t *testing.T) {
	t.Parallel()
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "</style.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		io.WriteString(w, "late")
	})
	const final = "Status: 200 OK\r\nContent-Length: 4\r\nContent-Type: text/plain; charset=utf-8\r\nLink: </style.css>; rel=preload\r\n\r\nlate"
	out, err := answer(cgi.Server{Handler: h}, "")
	if err != nil || out != final {
		t.Errorf("got %q, %v, want %q", out, err, final)
	}
	out, err = answer(cgi.Server{Handler: h, Informational: true}, "")
	if want := "Status: 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n" + final; err != nil || out != want {
		t.Errorf("got %q, %v, want %q", out, err, want)
	}
}

// There is no place behind the body: whoever debugs is told.
func TestTrailersAreLogged(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := cgi.Server{
		Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "body")
			w.Header().Set(http.TrailerPrefix+"X-Sum", "1")
		}),
	}
	if out, err := answer(s, ""); err != nil || body(out) != "body" || strings.Contains(out, "X-Sum") {
		t.Errorf("got %q, %v", out, err)
	}
	if !strings.Contains(log.String(), `trailers dropped" count=1 names=[X-Sum]`) {
		t.Errorf("log: %s", log.String())
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := cgi.Server{
		Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the handler was called") }),
		Logger:  slog.New(slog.NewTextHandler(&log, nil)),
	}
	out, err := answer(s, "", "CONTENT_LENGTH=-5")
	if err != nil || !strings.HasPrefix(out, "Status: 400 Bad Request\r\n") || body(out) != "Bad Request\n" {
		t.Errorf("got %q, %v", out, err)
	}
	if !strings.Contains(log.String(), "-5") {
		t.Errorf("log: %s", log.String())
	}
	s.Mount = "/other"
	if out, err := answer(s, ""); err != nil || !strings.HasPrefix(out, "Status: 404 ") {
		t.Errorf("outside of the mount point: got %q, %v", out, err)
	}
}

func TestWrongSettings(t *testing.T) {
	t.Parallel()
	if err := new(cgi.Server).Validate(); err != nil {
		t.Error(err)
	}
	s := cgi.Server{
		Mount: "app", DisableQuirks: []string{"no-such"}, BodyDir: "no-such",
		BaseContext: func() context.Context { t.Error("BaseContext was called"); return t.Context() },
	}
	faults := s.Validate()
	if faults == nil {
		t.Fatal("Validate found nothing")
	}
	for _, want := range []string{"cgi: ", "Mount: ", "DisableQuirks: ", "BodyDir: "} {
		if !strings.Contains(faults.Error(), want) {
			t.Errorf("%v: want %q in it", faults, want)
		}
	}
	if out, err := answer(s, ""); out != "" || err == nil || err.Error() != faults.Error() {
		t.Errorf("Serve: got %q, %v, want %v", out, err, faults)
	}
}

func TestFacts(t *testing.T) {
	t.Parallel()
	type key struct{}
	var stderr bytes.Buffer
	s := cgi.Server{
		BaseContext: func() context.Context { return context.WithValue(context.Background(), key{}, "base") },
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			g := gangplank.From(r).Gateway()
			if g.Interface != "CGI/1.1" || g.Software != "test" || g.ScriptName != "/app" || r.URL.Path != "/a" {
				t.Errorf("got %+v, path %s", g, r.URL.Path)
			}
			if got := g.Var("DB_PASSWORD"); got != "secret" {
				t.Errorf("Var: got %q", got)
			}
			names := ""
			for name, value := range g.Vars() {
				if value == "secret" {
					t.Errorf("%s is listed", name)
				}
				names += name + " "
			}
			if !strings.Contains(names, "REQUEST_METHOD ") || !strings.Contains(names, "HTTP_X_FOO ") {
				t.Errorf("Vars: got %s", names)
			}
			if addr, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); !ok || addr.String() != "192.0.2.1:80" {
				t.Errorf("LocalAddrContextKey: got %v", addr)
			}
			if r.Context().Value(key{}) != "base" {
				t.Error("BaseContext is not there")
			}
			io.WriteString(g.Stderr(), "to the log")
		}),
		Stdin: http.NoBody, Stdout: io.Discard, Stderr: &stderr,
		Environ: []string{"REQUEST_METHOD=GET", "REQUEST_URI=/app/a", "SCRIPT_NAME=/app", "SERVER_SOFTWARE=test", "SERVER_ADDR=192.0.2.1", "SERVER_PORT=80",
			"DB_PASSWORD=secret", "SECRET=secret", "HTTP_X_FOO=1"},
	}
	if err := s.Serve(); err != nil {
		t.Error(err)
	}
	if stderr.String() != "to the log" {
		t.Errorf("Stderr: got %q", stderr.String())
	}
}

func TestRemoteUser(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		desc    string
		trust   bool
		environ []string
		want    string
	}{
		{"trusted", true, []string{"REMOTE_USER=alice", "AUTH_TYPE=Basic"}, "alice"},
		{"not trusted", false, []string{"REMOTE_USER=alice", "AUTH_TYPE=Basic"}, ""},
		{"not checked", true, []string{"REMOTE_USER=alice"}, ""},
	} {
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, gangplank.From(r).User().Name) })
		out, err := answer(cgi.Server{Handler: h, DangerouslyTrustRemoteUser: test.trust}, "", test.environ...)
		if err != nil || body(out) != test.want {
			t.Errorf("%s: got %q, %v, want %q", test.desc, body(out), err, test.want)
		}
	}
}
