package fastcgi

import (
	"io"
	"net/http"
	"strings"
	"testing"

	gangplank "github.com/gangplank-web/gangplank"
)

// F11: an authorizer gets no body, whatever the length of the request that it is
// asked about, and none is waited for.
func TestAuthorizer(t *testing.T) {
	t.Parallel()
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		if role := gangplank.From(r).Gateway().Role; role != "AUTHORIZER" {
			t.Errorf("role is %q", role)
		}
		if body, err := io.ReadAll(r.Body); len(body) > 0 || err != nil || r.ContentLength != 0 {
			t.Errorf("body %q, %v, length %d", body, err, r.ContentLength)
		}
		SetVariable(w.Header(), "AUTH_METHOD", "fleet")
	})
	for range 2 {
		c.send(headBytes(1, roleAuthorizer, true, postParams(1000)))
		content := c.expect(typeStdout, 1)
		if !strings.Contains(content, "Status: 200 OK\r\n") || !strings.Contains(content, "Variable-AUTH_METHOD: fleet\r\n") {
			t.Errorf("got %q", content)
		}
		c.expect(typeStdout, 1)
		c.expect(typeEndRequest, 1)
		c.send(appendHeader(nil, typeStdin, 1, 0)) // some send it all the same, and late
	}
}

// F11: a filter gets its data after its body, in whatever order it reads them.
func TestFilter(t *testing.T) {
	t.Parallel()
	body, data := strings.Repeat("body", 30000), strings.Repeat("data", 50000)
	for desc, handler := range map[string]http.HandlerFunc{
		"body first": func(w http.ResponseWriter, r *http.Request) {
			io.Copy(w, r.Body)
			io.Copy(w, DataOf(r))
		},
		"data first": func(w http.ResponseWriter, r *http.Request) {
			d, _ := io.ReadAll(DataOf(r))
			io.Copy(w, r.Body)
			w.Write(d)
		},
		"neither": func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, body+data) },
	} {
		t.Run(desc, func(t *testing.T) {
			t.Parallel()
			c := start(t, func(w http.ResponseWriter, r *http.Request) {
				if d := DataOf(r); d.Length != int64(len(data)) || d.LastModified.Unix() != 1e9 {
					t.Errorf("data: %d bytes of %v", d.Length, d.LastModified)
				}
				handler(w, r)
			})
			params := with(postParams(len(body)), pair{"FCGI_DATA_LENGTH", "200000"}, pair{"FCGI_DATA_LAST_MOD", "1000000000"})
			b := headBytes(1, roleFilter, true, params)
			b = appendHeader(appendStream(b, typeStdin, 1, []byte(body)), typeStdin, 1, 0)
			b = appendHeader(appendStream(b, typeData, 1, []byte(data)), typeData, 1, 0)
			for range 2 {
				go c.Write(b)
				if a := c.must(1); a.body != body+data {
					t.Errorf("got %d bytes", len(a.body))
				}
			}
		})
	}
}

func TestDataOfOthers(t *testing.T) {
	t.Parallel()
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		if d := DataOf(r); d != nil {
			t.Errorf("a responder has data: %+v", d)
		}
	})
	c.do(get("/"))
}
