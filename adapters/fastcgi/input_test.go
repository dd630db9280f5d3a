package fastcgi

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
)

// Padding, and reserved bytes that are set.
func TestPadding(t *testing.T) {
	t.Parallel()
	c := start(t, func(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) })
	plain := post("body")
	var padded []byte
	for len(plain) > 0 {
		rec, err := parseRecord(plain)
		if err != nil {
			t.Fatal(err)
		}
		head := len(padded)
		padded = append(padded, plain[:headerLen+rec.length]...)
		padded[head+6], padded[head+7] = 255, 0xee
		padded = append(padded, strings.Repeat("P", 255)...)
		plain = plain[headerLen+rec.length:]
	}
	for range 2 {
		if a := c.do(padded); a.body != "body" {
			t.Errorf("got %+v", a)
		}
	}
}

// One byte at a time, over everything that can be said.
func TestByteByByte(t *testing.T) {
	t.Parallel()
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		io.WriteString(w, r.URL.Path+string(body))
	})
	all := append(valuesQuery("FCGI_MPXS_CONNS"), post("the body")...)
	for i := range all {
		c.send(all[i : i+1])
	}
	c.expect(typeGetValuesResult, 0)
	if a := c.must(1); a.body != "/the body" {
		t.Errorf("got %+v", a)
	}
}

// Every way of cutting the PARAMS stream in two gives the same request.
func TestParamsCutAnywhere(t *testing.T) {
	t.Parallel()
	c := start(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Host+r.UserAgent()) })
	block := encodePairs(getParams)
	want := c.do(get("/")).body
	for cut := 1; cut < len(block); cut += 7 {
		b := appendStream(beginBytes(1, roleResponder, true), typeParams, 1, block[:cut])
		b = appendHeader(appendStream(b, typeParams, 1, block[cut:]), typeParams, 1, 0)
		if a := c.do(appendHeader(b, typeStdin, 1, 0)); a.body != want {
			t.Fatalf("cut at %d: got %q", cut, a.body)
		}
	}
}

// As h2o sends them: more than one record can hold, cut at 65535.
func TestLongParams(t *testing.T) {
	t.Parallel()
	value := strings.Repeat("v", 70000)
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Long") != value {
			t.Errorf("value of %d bytes", len(r.Header.Get("X-Long")))
		}
	})
	b := headBytes(1, roleResponder, true, with(getParams, pair{"HTTP_X_LONG", value}))
	c.do(appendHeader(b, typeStdin, 1, 0))
}

// Every truncated prefix of a request ends quietly, and calls no handler with
// half a head.
func TestTruncated(t *testing.T) {
	t.Parallel()
	request := post("body")
	head := len(headBytes(1, roleResponder, true, postParams(4)))
	addr, _ := launch(t, &Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err == nil {
			t.Error("half a body passed for a whole one")
		}
	})})
	for n := 0; n < len(request)-headerLen; n += 5 {
		c := dial(t, addr)
		c.send(request[:n])
		c.Conn.(interface{ CloseWrite() error }).CloseWrite()
		rest, err := io.ReadAll(c)
		if err != nil || n < head && len(rest) > 0 {
			t.Fatalf("cut at %d of %d: got %d bytes, %v", n, len(request), len(rest), err)
		}
		c.Close()
	}
}

// What comes beyond CONTENT_LENGTH is skipped, also if nobody reads the body, and is
// not in the way of the next request.
func TestBodyTooLong(t *testing.T) {
	t.Parallel()
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/echo" {
			io.Copy(w, r.Body)
		}
	})
	for path, want := range map[string]string{"/echo": "body", "/ignore": ""} {
		params := with(postParams(4), pair{"REQUEST_URI", path})
		b := appendStream(headBytes(1, roleResponder, true, params), typeStdin, 1, []byte("body"+strings.Repeat("x", 100_000)))
		for range 2 {
			if a := c.do(appendHeader(b, typeStdin, 1, 0)); a.body != want {
				t.Errorf("%s: got %d bytes", path, len(a.body))
			}
		}
	}
}

// The end of STDIN counts once. A second one comes when others may be reading, which
// the race detector sees.
func TestStdinEndsTwice(t *testing.T) {
	for desc, b := range map[string][]byte{
		"body":   post("body"),
		"filter": appendHeader(appendStream(headBytes(1, roleFilter, true, postParams(4)), typeStdin, 1, []byte("body")), typeStdin, 1, 0),
	} {
		t.Run(desc, func(t *testing.T) {
			timed(t, &Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				time.Sleep(time.Second) // until it is watched
				io.Copy(w, r.Body)
				if d := DataOf(r); d != nil {
					io.Copy(w, d)
				}
				time.Sleep(time.Second)
			})}, func(c *client, _ *protocoltest.Logs) {
				b := appendHeader(b, typeStdin, 1, 0)
				if desc == "filter" {
					b = appendHeader(appendHeader(b, typeData, 1, 0), typeData, 1, 0)
				}
				for range 2 {
					if a := c.do(b); a.body != "body" {
						t.Errorf("got %+v", a)
					}
				}
			})
		})
	}
}

// Rule 8: END_REQUEST waits for the end of the body on a kept connection, but the
// answer does not.
func TestEndAfterBody(t *testing.T) {
	t.Parallel()
	addr, _ := launch(t, &Server{Handler: http.HandlerFunc(hello), stall: patience})
	c := dial(t, addr)
	c.send(appendStream(headBytes(1, roleResponder, true, postParams(10)), typeStdin, 1, []byte("half ")))
	if got := c.expect(typeStdout, 1); !strings.HasSuffix(got, "Hello World") {
		t.Errorf("got %q", got)
	}
	c.ask()
	c.send(appendHeader(appendStream(nil, typeStdin, 1, []byte("body!")), typeStdin, 1, 0))
	c.expect(typeStdout, 1)
	c.expect(typeEndRequest, 1)
	if a := c.do(get("/")); a.body != "Hello World" {
		t.Errorf("next: %+v", a)
	}
}

// On a connection to be closed it does not wait, and the answer survives the
// close although the body was not read (golang.org/issue/4183).
func TestCloseWithUnreadBody(t *testing.T) {
	t.Parallel()
	const size = 3 << 20
	c := start(t, func(w http.ResponseWriter, r *http.Request) { w.Write(make([]byte, size)) })
	body := make([]byte, size)
	b := appendStream(headBytes(1, roleResponder, false, postParams(size)), typeStdin, 1, body)
	c.send(b[:len(b)/2]) // front servers send it all first: rule 7
	c.send(b[len(b)/2:])
	a := c.must(1)
	if len(a.body) != size {
		t.Errorf("got %d bytes", len(a.body))
	}
	c.Close()
}
