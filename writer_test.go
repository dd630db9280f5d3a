package gangplank_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
)

// attach is the smallest middleware: it attaches and passes on.
func attach(next http.Handler) http.Handler {
	return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
		next.ServeHTTP(w, r)
	})
}

// likeNetHTTP are handlers whose answer must not depend on who wraps w. What
// they learn from w's methods they add to said.
var likeNetHTTP = []struct {
	desc    string
	method  string
	handler func(w http.ResponseWriter, r *http.Request, said *strings.Builder)
}{
	{desc: "nothing at all", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {}},
	{desc: "short text", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		n, err := io.WriteString(w, "hello")
		fmt.Fprintln(said, n, err)
	}},
	{desc: "sniffed html in two writes", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		io.WriteString(w, "<!DOC")
		io.WriteString(w, "TYPE html><p>")
	}},
	{desc: "type key present and nil", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		w.Header()["Content-Type"] = nil
		io.WriteString(w, "<html>")
	}},
	{desc: "no sniffing of encoded bytes", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write([]byte("\x1f\x8b\x08rest"))
	}},
	{desc: "header changed after WriteHeader", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		h := w.Header()
		h.Set("X-A", "before")
		h["X-List"] = []string{"1", "2"}
		w.WriteHeader(http.StatusAccepted)
		h.Set("X-A", "after")
		h["X-List"][0] = "changed in place"
		h.Set("X-B", "late")
		h.Del("X-List")
		io.WriteString(w, "x")
	}},
	{desc: "header changed after the first Write", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		io.WriteString(w, "x")
		w.Header().Set("X-B", "late")
	}},
	{desc: "second WriteHeader", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		w.WriteHeader(http.StatusCreated)
		w.WriteHeader(http.StatusTeapot)
	}},
	{desc: "204 with a body", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		w.WriteHeader(http.StatusNoContent)
		n, err := w.Write([]byte("x"))
		fmt.Fprintln(said, n, err)
	}},
	{desc: "304 with a body and a type", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		w.Header().Set("Etag", `"x"`)
		w.WriteHeader(http.StatusNotModified)
		n, err := io.WriteString(w, "x")
		fmt.Fprintln(said, n, err)
	}},
	{desc: "HEAD of a short body", method: "HEAD", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		n, err := io.WriteString(w, "hello")
		fmt.Fprintln(said, n, err)
	}},
	{desc: "HEAD without a body", method: "HEAD", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		w.Header().Set("Content-Length", "12345")
	}},
	{desc: "HEAD of a long body", method: "HEAD", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		for range 100 {
			n, err := w.Write(bytes.Repeat([]byte("x"), 1000))
			fmt.Fprint(said, n, err)
		}
	}},
	{desc: "long body", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		for i := range 100 {
			fmt.Fprintf(w, "%d %s\n", i, strings.Repeat("y", 1000))
		}
	}},
	{desc: "one large write", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		w.Write(bytes.Repeat([]byte("<p>"), 30000))
	}},
	{desc: "more than declared", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		w.Header().Set("Content-Length", "5")
		n, err := io.WriteString(w, "hello")
		m, err2 := io.WriteString(w, "!")
		fmt.Fprintln(said, n, err, m, err2 == http.ErrContentLength)
	}},
	{desc: "invalid length", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		w.Header().Set("Content-Length", "five")
		io.WriteString(w, "hello")
	}},
	{desc: "negative length", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		w.Header().Set("Content-Length", "-5")
		io.WriteString(w, "hello")
	}},
	{desc: "fewer than declared", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		w.Header().Set("Content-Length", "50")
		io.WriteString(w, "hello")
	}},
	{desc: "invalid status", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		defer func() { fmt.Fprintln(said, recover()) }()
		w.WriteHeader(42)
	}},
	{desc: "flush first", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		fmt.Fprintln(said, http.NewResponseController(w).Flush())
		w.Header().Set("X-Late", "1")
		io.WriteString(w, "x")
	}},
	{desc: "flush between", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		io.WriteString(w, "<html>")
		w.(http.Flusher).Flush()
		io.WriteString(w, "x")
	}},
	{desc: "early hints", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		w.Header().Set("Link", "</x.css>")
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusTeapot)
		io.WriteString(w, "short and stout")
	}},
	{desc: "trailers announced", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		w.Header().Set("Trailer", "X-Sum")
		io.WriteString(w, "x")
		w.Header().Set("X-Sum", "1")
	}},
	{desc: "trailers by prefix", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		io.WriteString(w, "x")
		w.(http.Flusher).Flush()
		w.Header().Set(http.TrailerPrefix+"X-Sum", "1")
	}},
	{desc: "trailers by prefix before the body", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		w.Header().Set(http.TrailerPrefix+"X-Sum", "1")
		io.WriteString(w, "x")
	}},
	{desc: "trailers by prefix without a body", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		w.Header().Set(http.TrailerPrefix+"X-Sum", "1")
	}},
	{desc: "a trailer taken back", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		w.Header().Set("Trailer", "X-Error")
		w.Header().Set("X-Error", "incomplete")
		io.WriteString(w, "x")
		w.Header().Del("X-Error")
	}},
	{desc: "a length refused, then one that fits", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		w.Header().Set("Content-Length", "5")
		for _, s := range []string{"abc", "defg", "de"} {
			n, err := io.WriteString(w, s)
			fmt.Fprintln(said, n, err)
		}
	}},
	{desc: "no transfer coding", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		w.Header()["Transfer-Encoding"] = nil
		io.WriteString(w, "x")
	}},
	{desc: "ReadFrom short", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		n, err := io.Copy(w, strings.NewReader("<html>"))
		fmt.Fprintln(said, n, err)
	}},
	{desc: "ReadFrom long, length declared", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		w.Header().Set("Content-Length", "100000")
		n, err := io.Copy(w, strings.NewReader(strings.Repeat("z", 100000)))
		fmt.Fprintln(said, n, err)
	}},
	{desc: "ReadFrom long after a Write", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		io.WriteString(w, "a")
		n, err := io.Copy(w, io.MultiReader(strings.NewReader(strings.Repeat("z", 100000))))
		fmt.Fprintln(said, n, err)
	}},
	{desc: "ReadFrom to 204", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		w.WriteHeader(http.StatusNoContent)
		n, err := io.Copy(w, strings.NewReader("x"))
		fmt.Fprintln(said, n, err)
	}},
	{desc: "ReadFrom of a failing reader", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		n, err := io.Copy(w, io.MultiReader(strings.NewReader("part"), failing{}))
		fmt.Fprintln(said, n, err)
	}},
	{desc: "ReadFrom of a reader that fails at once, and the answer to that", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		n, err := io.Copy(w, failing{})
		fmt.Fprintln(said, n, err)
		http.Error(w, "no such luck", http.StatusBadGateway)
	}},
	{desc: "ReadFrom of nothing decides nothing", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		io.Copy(w, io.MultiReader())
		w.Header().Set("X-A", "1")
		w.WriteHeader(http.StatusAccepted)
	}},
	{desc: "too large a Write, and then more", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		w.Header().Set("Content-Length", "0")
		n, err := w.Write(make([]byte, 5000))
		w.Header().Set("X-Late", "1")
		m, err2 := io.Copy(w, io.MultiReader(strings.NewReader("x")))
		fmt.Fprintln(said, n, err, m, err2)
	}},
	{desc: "ServeContent of a file", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		http.ServeFile(w, r, filepath.Join("testdata", "file.txt"))
	}},
	{desc: "own Transfer-Encoding identity", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		w.Header().Set("Transfer-Encoding", "identity")
		io.WriteString(w, "x")
	}},
	{desc: "empty writes", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		w.Write(nil)
		io.WriteString(w, "")
		w.Header().Set("X-Late", "1")
	}},
	{desc: "abort before bytes", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		panic(http.ErrAbortHandler)
	}},
	{desc: "abort after bytes", handler: func(w http.ResponseWriter, r *http.Request, said *strings.Builder) {
		io.WriteString(w, strings.Repeat("x", 10000))
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}},
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("disk on fire") }

func TestWriterLikeNetHTTP(t *testing.T) {
	if err := os.MkdirAll("testdata", 0o755); err != nil {
		t.Fatal(err)
	}
	layers := []struct {
		desc string
		wrap gangplank.Middleware
	}{
		{"one layer", attach},
		{"three layers", gangplank.NewChain(attach, attach, attach).Then},
		{"foreign wrapper between", gangplank.NewChain(attach, foreign, attach).Then},
		{"held back up to 64 KiB", holding(64 << 10)},
	}
	for _, c := range likeNetHTTP {
		want := serveOnce(t, c.method, nil, c.handler)
		for _, layer := range layers {
			t.Run(c.desc+"/"+layer.desc, func(t *testing.T) {
				if got := serveOnce(t, c.method, layer.wrap, c.handler); got != want {
					t.Errorf("got\n%s\nwant, as net/http\n%s", got, want)
				}
			})
		}
	}
}

// Trailers that a handler thinks of only at its end are sent even if all of the
// body is held back: net/http would have sent them with a body of this size.
func TestLateTrailers(t *testing.T) {
	got := serveOnce(t, "GET", attach, func(w http.ResponseWriter, r *http.Request, _ *strings.Builder) {
		io.WriteString(w, strings.Repeat("x", 3000))
		w.Header().Set(http.TrailerPrefix+"X-Sum", "1")
	})
	if !strings.Contains(got, "map[X-Sum:[1]]") {
		t.Error(got)
	}
}

func holding(n int) gangplank.Middleware {
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
			w.Hold(n)
			next.ServeHTTP(w, r)
		})
	}
}

// foreign is a wrapper of somebody else's, with no door but Write's.
func foreign(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(foreignWriter{w}, r)
	})
}

type foreignWriter struct{ http.ResponseWriter }

func (w foreignWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// serveOnce sends one request through a real server and tells all about the
// answer in one string.
func serveOnce(t *testing.T, method string, wrap gangplank.Middleware, handler func(http.ResponseWriter, *http.Request, *strings.Builder)) string {
	t.Helper()
	said := new(strings.Builder)
	var h http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler(w, r, said) })
	if wrap != nil {
		h = wrap(h)
	}
	server := httptest.NewUnstartedServer(h)
	server.Config.ErrorLog = quiet()
	server.Start()
	defer server.Close()
	req, err := http.NewRequest(method, server.URL+"/x?y", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := server.Client().Do(req)
	if err != nil {
		return "error: " + strings.ReplaceAll(err.Error(), server.URL, "")
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	server.Close() // the handler has returned
	var b strings.Builder
	fmt.Fprintln(&b, res.Status, len(body), err)
	if len(body) < 200 {
		fmt.Fprintf(&b, "%q\n", body)
	}
	res.Header.Del("Date")
	if res.ContentLength > 0 || len(res.TransferEncoding) > 0 { // chunked or not is the server's choice
		res.Header.Del("Content-Length")
	}
	res.Header.Write(&b)
	fmt.Fprintln(&b, res.Trailer)
	b.WriteString(said.String())
	return b.String()
}

// A hook sees the header that will be sent, runs once, and the innermost first,
// by whichever door the head goes out.
func TestBeforeHead(t *testing.T) {
	doors := map[string]http.HandlerFunc{
		"nothing":     func(w http.ResponseWriter, r *http.Request) {},
		"WriteHeader": func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(200) },
		"Write":       func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("x")) },
		"overflow":    func(w http.ResponseWriter, r *http.Request) { w.Write(make([]byte, 1<<20)) },
		"WriteString": func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, strings.Repeat("x", 1<<16)) },
		"ReadFrom": func(w http.ResponseWriter, r *http.Request) {
			io.Copy(w, strings.NewReader(strings.Repeat("x", 1<<16)))
		},
		"Flush":     func(w http.ResponseWriter, r *http.Request) { w.(http.Flusher).Flush() },
		"1xx first": func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(103); w.WriteHeader(200) },
		"redirect":  func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/x", http.StatusSeeOther) },
		"304":       func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(304) },
		"ServeContent": func(w http.ResponseWriter, r *http.Request) {
			http.ServeFile(w, r, filepath.Join("testdata", "file.txt"))
		},
	}
	for door, handler := range doors {
		t.Run(door, func(t *testing.T) {
			var order []string
			hook := func(name string) gangplank.Middleware {
				return func(next http.Handler) http.Handler {
					return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
						w.BeforeHead(func(status int, h http.Header) {
							order = append(order, name)
							h.Add("X-Order", name)
							if status != w.Status() || status == 0 {
								t.Errorf("hook got status %d, Status() is %d", status, w.Status())
							}
						})
						next.ServeHTTP(w, r)
					})
				}
			}
			server := httptest.NewServer(gangplank.NewChain(hook("outer"), hook("middle"), foreign, hook("inner")).Then(handler))
			defer server.Close()
			client := server.Client()
			client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			res, err := client.Get(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			io.Copy(io.Discard, res.Body)
			res.Body.Close()
			if got, want := fmt.Sprint(res.Header["X-Order"], order), "[inner middle outer] [inner middle outer]"; got != want {
				t.Errorf("hooks ran %s, want %s", got, want)
			}
		})
	}
}

func TestReset(t *testing.T) {
	h := attach(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		gw := w.(*gangplank.Writer)
		for name, value := range map[string]string{
			"Content-Type": "text/html", "Content-Encoding": "gzip", "Content-Length": "4000", "Etag": `"x"`, "Last-Modified": "x",
			"Cache-Control": "public", "Repr-Digest": "x", "Set-Cookie": "a=b", "Vary": "Cookie",
			"CDN-Cache-Control": "max-age=60", "Vercel-CDN-Cache-Control": "max-age=60", "Surrogate-Control": "max-age=60", "Edge-Control": "x",
			"X-Accel-Expires": "60", "Age": "1", "Pragma": "x", "Location": "/", "Refresh": "1; url=/",
			"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff",
		} {
			w.Header().Set(name, value)
		}
		io.WriteString(w, "half a page")
		if !gw.Reset() {
			t.Error("Reset of held back bytes failed")
		}
		if gw.Status() != 0 || gw.Bytes() != 0 {
			t.Errorf("after Reset: status %d, %d bytes", gw.Status(), gw.Bytes())
		}
		w.WriteHeader(http.StatusConflict)
		io.WriteString(w, "page of the error")
		gw.Flush()
		if gw.Reset() || !gw.Committed() {
			t.Error("Reset after Flush claims to have worked")
		}
	}))
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
	if rec.Code != 409 || rec.Body.String() != "page of the error" {
		t.Errorf("got %d %q", rec.Code, rec.Body)
	}
	var b strings.Builder
	rec.Result().Header.Write(&b)
	want := "Content-Security-Policy: default-src 'none'\r\nContent-Type: text/plain; charset=utf-8\r\nSet-Cookie: a=b\r\nVary: Cookie\r\nX-Content-Type-Options: nosniff\r\n"
	if b.String() != want {
		t.Errorf("header after Reset:\n%swant:\n%s", b.String(), want)
	}
}

// Hooks may replace the response; those further out see the new one.
func TestHookReplaces(t *testing.T) {
	var outerSaw int
	outer := func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
			w.BeforeHead(func(status int, h http.Header) { outerSaw = status })
			next.ServeHTTP(w, r)
		})
	}
	etag := func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
			w.BeforeHead(func(status int, h http.Header) {
				if body, complete := w.Held(); !complete || string(body) != "a page" {
					t.Errorf("Held: %q, %v", body, complete)
				}
				w.Reset()
				h.Set("Etag", `"1"`)
				w.WriteHeader(http.StatusNotModified)
			})
			next.ServeHTTP(w, r)
		})
	}
	rec := httptest.NewRecorder()
	gangplank.NewChain(outer, etag).ThenFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "a page")
	}).ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
	if rec.Code != 304 || rec.Body.Len() != 0 || outerSaw != 304 || rec.Result().Header.Get("Etag") != `"1"` || rec.Result().Header.Get("Content-Length") != "" {
		t.Errorf("got %d %q, outer saw %d, %v", rec.Code, rec.Body, outerSaw, rec.Result().Header)
	}
}

// upper is an Encoder that shouts and says when it was flushed and closed.
type upper struct{ dst io.Writer }

func (u upper) Write(p []byte) (int, error) {
	_, err := u.dst.Write(bytes.ToUpper(p))
	return len(p), err
}
func (u upper) Flush() error { _, err := io.WriteString(u.dst, "|"); return err }
func (u upper) Close() error { _, err := io.WriteString(u.dst, "."); return err }

type doubled struct{ dst io.Writer }

func (d doubled) Write(p []byte) (int, error) {
	_, err := d.dst.Write(append(p[:len(p):len(p)], p...))
	return len(p), err
}
func (d doubled) Flush() error { return nil }
func (d doubled) Close() error { _, err := io.WriteString(d.dst, "$"); return err }

func encoding(open func(dst io.Writer) gangplank.Encoder) gangplank.Middleware {
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
			w.BeforeHead(func(status int, h http.Header) {
				h.Del("Content-Length")
				w.Encode(open)
			})
			next.ServeHTTP(w, r)
		})
	}
}

func TestEncode(t *testing.T) {
	shout := encoding(func(dst io.Writer) gangplank.Encoder { return upper{dst} })
	double := encoding(func(dst io.Writer) gangplank.Encoder { return doubled{dst} })
	for _, c := range []struct {
		desc    string
		layers  []gangplank.Middleware
		method  string
		handler http.HandlerFunc
		body    string
		length  string
	}{
		{"held whole", []gangplank.Middleware{shout}, "GET", func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "abc")
		}, "ABC.", "4"},
		{"flushed", []gangplank.Middleware{shout}, "GET", func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "ab")
			w.(http.Flusher).Flush()
			io.WriteString(w, "c")
		}, "AB|C.", ""},
		{"two, the inner first", []gangplank.Middleware{double, shout}, "GET", func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "a")
		}, "AA..$", "5"},
		{"ReadFrom", []gangplank.Middleware{shout}, "GET", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			w.Header().Set("Content-Length", "5000")
			io.Copy(w, strings.NewReader(strings.Repeat("a", 5000)))
		}, strings.Repeat("A", 5000) + ".", ""},
		{"HEAD", []gangplank.Middleware{shout}, "HEAD", func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "abc")
		}, "", ""},
		{"204", []gangplank.Middleware{shout}, "GET", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(204)
		}, "", ""},
	} {
		t.Run(c.desc, func(t *testing.T) {
			rec := httptest.NewRecorder()
			gangplank.NewChain(c.layers...).Then(c.handler).ServeHTTP(rec, httptest.NewRequest(c.method, "/", nil))
			if got := rec.Body.String(); got != c.body {
				t.Errorf("body %q, want %q", got, c.body)
			}
			if got := rec.Result().Header.Get("Content-Length"); got != c.length {
				t.Errorf("Content-Length %q, want %q", got, c.length)
			}
		})
	}
}

func TestAttachAllocates(t *testing.T) {
	next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {})
	w := &discard{h: make(http.Header)}
	r := httptest.NewRequest("GET", "/", nil)
	for n, h := range map[string]http.Handler{"one layer": attach(next), "five": attach(attach(attach(attach(attach(next)))))} {
		got := testing.AllocsPerRun(100, func() {
			clear(w.h)
			h.ServeHTTP(w, r)
		})
		if got > 1 {
			t.Errorf("%s: %v allocations a request, want 1", n, got)
		}
	}
}

// discard is a ResponseWriter that costs nothing.
type discard struct{ h http.Header }

func (d *discard) Header() http.Header         { return d.h }
func (d *discard) WriteHeader(int)             {}
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }

// A value is one response's and one field's: what is done to it is done to no other.
func TestFieldValue(t *testing.T) {
	rec := httptest.NewRecorder()
	w, _, _ := gangplank.Attach(rec, httptest.NewRequest("GET", "/", nil))
	h := w.Header()
	for _, name := range []string{"A", "B", "C", "D"} {
		h[name] = w.FieldValue(strings.ToLower(name))
		h[name][0] += "1"
		h[name] = append(h[name], "2")
	}
	h["A"][0] = ""
	h["E"] = w.FieldValue("")
	io.WriteString(w, strings.Repeat("x", 123))
	w.Finish(rec)
	if got, want := fmt.Sprint(rec.Result().Header), "map[A:[ 2] B:[b1 2] C:[c1 2] Content-Length:[123] Content-Type:[text/plain; charset=utf-8] D:[d1 2] E:[]]"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
