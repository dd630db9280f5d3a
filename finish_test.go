package gangplank_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/gangplank-web/gangplank"
)

// upload returns a request with a multipart form whose file does not stay in memory.
func upload(t *testing.T, url string) *http.Request {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	file, err := form.CreateFormFile("file", "a.bin")
	if err != nil {
		t.Fatal(err)
	}
	file.Write(make([]byte, 1<<20))
	form.Close()
	r, err := http.NewRequest(http.MethodPost, url, &b)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	return r
}

// parsing reads the form, most of it into a temporary file.
func parsing(t *testing.T, dir string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(1); err != nil {
			t.Error(err)
		}
		if n := entries(t, dir); n != 1 {
			t.Errorf("%d temporary files while the handler runs, want 1", n)
		}
	}
}

func entries(t *testing.T, dir string) int {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// copying passes on a copy of the request, as layers do that change its context.
func copying(next http.Handler) http.Handler {
	return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
		copied := r.WithContext(r.Context())
		next.ServeHTTP(w, copied)
		r.MultipartForm = copied.MultipartForm
	})
}

// foreignCopy is a layer that knows nothing of us.
func foreignCopy(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, r.WithContext(r.Context())) })
}

// What a handler's multipart form has left on disk goes with the request, as under
// net/http, whoever has copied the request on its way.
func TestTemporaryFilesAreRemoved(t *testing.T) {
	routed := func(h http.Handler) http.Handler {
		r := gangplank.New()
		r.Handle("/upload", h)
		return r
	}
	copiedInside := func(h http.Handler) http.Handler {
		r := gangplank.New()
		r.With(foreignCopy).Handle("/upload", h)
		return r
	}
	copiedBefore := func(h http.Handler) http.Handler {
		r := gangplank.New()
		r.Use(foreignCopy)
		r.Mount("/upload", h)
		return r
	}
	for name, layers := range map[string][]gangplank.Middleware{
		"net/http alone":             nil,
		"attached":                   {attach},
		"copied":                     {copying},
		"copied twice":               {copying, copying},
		"routed":                     {routed},
		"attached and routed":        {attach, routed},
		"copied by others inside":    {attach, foreignCopy, routed},
		"copied by others in layers": {attach, foreignCopy, attach},
		"copied in With":             {copiedInside},
		"copied in Use":              {copiedBefore},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("TMPDIR", dir)
			h := gangplank.NewChain(layers...).Then(parsing(t, dir))
			server := httptest.NewServer(h)
			answer, err := server.Client().Do(upload(t, server.URL+"/upload"))
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			server.Close() // waits for the request's end
			if n := entries(t, dir); n != 0 {
				t.Errorf("%d temporary files left", n)
			}
		})
	}
}

// On an adapter it is the Exchange that removes them.
func TestExchangeRemovesTemporaryFiles(t *testing.T) {
	for name, h := range map[string]func(http.Handler) http.Handler{"plain": nothing, "copied": copying} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("TMPDIR", dir)
			var x gangplank.Exchange
			rec := httptest.NewRecorder()
			w, r := x.Init(t.Context(), rec)
			like := upload(t, "/upload")
			r.Method, r.URL, r.Header, r.Body = like.Method, like.URL, like.Header, like.Body
			h(parsing(t, dir)).ServeHTTP(w, r)
			w.Finish(rec)
			x.Cancel(errors.New("the client went away"))
			if n := entries(t, dir); n != 1 {
				t.Errorf("%d temporary files before the end, want 1", n)
			}
			x.Cancel(nil)
			if n := entries(t, dir); n != 0 {
				t.Errorf("%d temporary files left", n)
			}
		})
	}
}

func nothing(next http.Handler) http.Handler { return next }

// Under net/http a hook that panics when the handler has returned ends the
// connection; whoever waits for the end still learns of it.
func TestHookPanicReachesAtEnd(t *testing.T) {
	var status int
	var failure error
	h := gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
		w.AtEnd(func() { status, failure = w.Status(), c.Failure() })
		w.BeforeHead(func(int, http.Header) { panic("hook") })
		io.WriteString(w, "ok")
	})
	server := httptest.NewUnstartedServer(h)
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	server.Start()
	if answer, err := server.Client().Get(server.URL); err == nil {
		answer.Body.Close()
		t.Errorf("the client got %s", answer.Status)
	}
	server.Close()
	if status != http.StatusInternalServerError || failure == nil {
		t.Errorf("AtEnd saw status %d and failure %v", status, failure)
	}
}

// Broken is about the body that the head promises, and about whether it got through.
func TestBroken(t *testing.T) {
	hello := func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") }
	gone := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(goneClient{w}, r) })
	}
	for _, tt := range []struct {
		desc, method, length string
		status               int
		handler              http.HandlerFunc
		client               gangplank.Middleware
		want                 bool
	}{
		{"no length", "GET", "", 200, hello, nil, false},
		{"as declared", "GET", "5", 200, hello, nil, false},
		{"less than declared", "GET", "9", 404, hello, nil, true},
		{"more than declared", "GET", "4", 200, hello, nil, true},
		{"HEAD", "HEAD", "9", 200, hello, nil, false},
		{"304", "GET", "9", 304, hello, nil, false},
		{"a flush to nobody", "GET", "", 200, func(w http.ResponseWriter, _ *http.Request) { w.(http.Flusher).Flush() }, gone, true},
		{"a flush of a HEAD to nobody", "HEAD", "", 200, func(w http.ResponseWriter, _ *http.Request) { w.(http.Flusher).Flush() }, gone, false},
		{"a source that fails", "GET", "", 200, func(w http.ResponseWriter, _ *http.Request) {
			io.Copy(w, io.MultiReader(strings.NewReader(strings.Repeat("x", 10_000)), iotest.ErrReader(io.ErrUnexpectedEOF)))
		}, nil, false},
	} {
		var broken bool
		h := attach(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			gw := w.(*gangplank.Writer)
			gw.AtEnd(func() { broken = gw.Broken() })
			if tt.length != "" {
				w.Header().Set("Content-Length", tt.length)
			}
			w.WriteHeader(tt.status)
			tt.handler(w, r)
		}))
		if tt.client != nil {
			h = tt.client(h)
		}
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(tt.method, "/", nil))
		if broken != tt.want {
			t.Errorf("%s: got %v", tt.desc, broken)
		}
	}
}

// goneClient takes all, until it has to be sent.
type goneClient struct{ http.ResponseWriter }

func (goneClient) FlushError() error { return io.ErrClosedPipe }
