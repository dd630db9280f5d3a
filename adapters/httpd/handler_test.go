package httpd_test

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/httpd"
)

func TestMount(t *testing.T) {
	tests := []struct {
		mount, target string
		want          string // ScriptName, Path, RawPath, RequestURI
	}{
		{"", "/a?b", `"" "/a" "" "/a?b"`},
		{"/", "/a", `"" "/a" "" "/a"`},
		{"/wiki", "/wiki/a?b", `"/wiki" "/a" "" "/wiki/a?b"`},
		{"/wiki/", "/wiki/a", `"/wiki" "/a" "" "/wiki/a"`},
		{"/wiki", "/wiki", `"/wiki" "/" "" "/wiki"`},
		{"/wiki", "/wiki/a%2Fb", `"/wiki" "/a/b" "/a%2Fb" "/wiki/a%2Fb"`},
		{"/wi ki", "/wi%20ki/%20", `"/wi ki" "/ " "" "/wi%20ki/%20"`},
		{"/wiki", "/wikipedia", "404 page not found\n"},
		{"/wiki", "/", "404 page not found\n"},
		{"/wiki", "/WIKI/a", "404 page not found\n"},
	}
	for _, tt := range tests {
		t.Run(tt.mount+" "+tt.target, func(t *testing.T) {
			s := &httpd.Server{Mount: tt.mount, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				fmt.Fprintf(w, "%q %q %q %q", gangplank.From(r).Gateway().ScriptName, r.URL.Path, r.URL.RawPath, r.RequestURI)
			})}
			rec, r := httptest.NewRecorder(), httptest.NewRequest("GET", tt.target, nil)
			s.HTTPHandler().ServeHTTP(rec, r)
			if got := rec.Body.String(); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if r.URL.String() != tt.target {
				t.Errorf("net/http's own request now has the URL %s", r.URL)
			}
		})
	}
}

func TestFaultySettings(t *testing.T) {
	cert, key := writeCert(t, t.TempDir(), 1)
	tests := []struct {
		desc   string
		server *httpd.Server
		want   string
	}{
		{"mount", &httpd.Server{Mount: "wiki"}, `"wiki"`},
		{"no such file", &httpd.Server{CertFile: cert, KeyFile: key + "x"}, "key.pemx"},
		{"no key", &httpd.Server{CertFile: cert}, "KeyFile: there is none"},
		{"only the key", &httpd.Server{KeyFile: key}, "CertFile: there is none"},
		{"no certificate", &httpd.Server{TLSConfig: tlsConfig(nil)}, "TLSConfig: it is without a certificate"},
		{"two sources", &httpd.Server{CertFile: cert, KeyFile: key, TLSConfig: tlsConfig(t)}, "both"},
		{"two faults", &httpd.Server{Mount: "wiki", TLSConfig: tlsConfig(nil)}, "TLSConfig: it is without a certificate"},
	}
	for _, tt := range tests {
		t.Run(tt.desc, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			faults := tt.server.Validate()
			err = tt.server.Serve(l)
			if err == nil || !strings.HasPrefix(err.Error(), "httpd: ") || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want something about %s", err, tt.want)
			}
			if faults == nil || faults.Error() != err.Error() {
				t.Errorf("Validate says %v, and Serve %v", faults, err)
			}
			if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
				t.Errorf("the listener is still open: %v", err)
			}
		})
	}
}

// A look at the fields does not fix them.
func TestValidate(t *testing.T) {
	cert, key := writeCert(t, t.TempDir(), 1)
	s := &httpd.Server{Handler: http.HandlerFunc(hello), CertFile: cert, KeyFile: key, Mount: "/wiki"}
	if err := s.Validate(); err != nil {
		t.Error(err)
	}
	s.CertFile, s.KeyFile = "", ""
	c, _ := client(t, http1)
	if status, got := get(t, c, "http://"+start(t, s)+"/wiki/"); got != "hello HTTP/1.1" {
		t.Errorf("got %v, %q", status, got)
	}
}

func TestPanics(t *testing.T) {
	tests := []struct {
		desc    string
		handler http.HandlerFunc
		status  int // 0: the response must be broken
		logged  bool
	}{
		{"before anything was sent", func(w http.ResponseWriter, r *http.Request) { panic("oops") }, 500, true},
		{"with something held back", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(201)
			io.WriteString(w, "half a page")
			panic("oops")
		}, 500, true},
		{"after something was sent", func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "half a page")
			http.NewResponseController(w).Flush()
			panic("oops")
		}, 0, true},
		{"abort", func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }, 0, false},
		{"in a hook", func(w http.ResponseWriter, r *http.Request) {
			w.(*gangplank.Writer).BeforeHead(func(int, http.Header) { panic("oops") })
		}, 500, true},
	}
	for _, tt := range tests {
		for version, set := range map[string]func(*http.Protocols){"HTTP/1.1": http1, "HTTP/2": h2c} {
			t.Run(tt.desc+" "+version, func(t *testing.T) {
				var log logBuffer
				addr := start(t, &httpd.Server{H2C: true, Logger: slog.New(slog.NewTextHandler(&log, nil)),
					Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						if r.URL.Path == "/" {
							tt.handler(w, r)
						}
					})})
				c, _ := client(t, set)
				if got := outcome(c, "http://"+addr); got != tt.status {
					t.Errorf("got status %d, want %d", got, tt.status)
				}
				if status, _ := get(t, c, "http://"+addr+"/next"); status != 200 {
					t.Errorf("then got status %d", status)
				}
				if logged := strings.Contains(log.String(), "oops"); logged != tt.logged {
					t.Errorf("log: %s", &log)
				}
			})
		}
	}
}

// In HTTP/1.0 the end of the connection is that of a whole body: it must be reset.
func TestPanicHTTP10(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "half a page")
		http.NewResponseController(w).Flush()
		if r.URL.Path == "/broken" {
			panic(http.ErrAbortHandler)
		}
	})
	cert, key := writeCert(t, t.TempDir(), 1)
	plain, secure := start(t, &httpd.Server{Handler: h}), start(t, &httpd.Server{Handler: h, CertFile: cert, KeyFile: key})
	for name, dial := range map[string]func() (net.Conn, error){
		"TCP": func() (net.Conn, error) { return net.Dial("tcp", plain) },
		"TLS": func() (net.Conn, error) { return tls.Dial("tcp", secure, &tls.Config{InsecureSkipVerify: true}) },
	} {
		for path, broken := range map[string]bool{"/": false, "/broken": true} {
			c, err := dial()
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(c, "GET %s HTTP/1.0\r\n\r\n", path)
			got, err := io.ReadAll(c)
			if c.Close(); !strings.HasSuffix(string(got), "half a page") || (err != nil) != broken {
				t.Errorf("%s %s: got %q, %v", name, path, got, err)
			}
		}
	}
}

// outcome is the status of a response, or 0 if it broke off.
func outcome(c *http.Client, url string) int {
	res, err := c.Get(url)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return 0
	}
	return res.StatusCode
}

func TestMaxBodyBytes(t *testing.T) {
	addr := start(t, &httpd.Server{MaxBodyBytes: 10, Handler: gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
		_, err := io.Copy(w, r.Body)
		return err
	})})
	c, _ := client(t, http1)
	for n, want := range map[int]int{0: 200, 10: 200, 11: 413, 1 << 20: 413} {
		res, err := c.Post("http://"+addr, "text/plain", bytes.NewReader(make([]byte, n)))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%d bytes: got status %d, want %d", n, res.StatusCode, want)
		}
	}
}

// nowhere is a ResponseWriter that costs nothing.
type nowhere struct{ h http.Header }

func (n nowhere) Header() http.Header       { return n.h }
func (nowhere) WriteHeader(int)             {}
func (nowhere) Write(p []byte) (int, error) { return len(p), nil }

func TestAttachingCostsOneAllocation(t *testing.T) {
	s := &httpd.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ours := w.(*gangplank.Writer); !ours || gangplank.From(r).Gateway().Interface != "HTTP" {
			t.Error("not attached")
		}
	})}
	h, w, r := s.HTTPHandler(), nowhere{make(http.Header)}, httptest.NewRequest("GET", "/", nil)
	if n := testing.AllocsPerRun(1000, func() { h.ServeHTTP(w, r) }); n != 1 {
		t.Errorf("got %v allocations, want 1", n)
	}
}
