package adaptertest

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Sizes at which framings change: one FastCGI record holds 65535 bytes, an AJP
// packet 8186; net/http reads up to 256 KiB that a handler left unread.
func bodySizeCases() []Case {
	var cases []Case
	for _, n := range []int{1, 127, 8186, 8187, 65535, 65536, 1<<20 + 1} {
		cases = append(cases, Case{
			Name:    fmt.Sprintf("body/%d", n),
			Doc:     "The body arrives whole, with its length.",
			handler: describe,
			request: request{method: "POST", pattern: n},
			facts:   facts{"Body": sumOfPattern(n), "ContentLength": fmt.Sprint(n)},
		})
	}
	return cases
}

// What a handler may do with a body.
var bodyCases = []Case{{
	Name: "body/none",
	Doc:  "Without a body, Body is not nil, gives io.EOF and can be closed.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		for range 2 {
			n, err := r.Body.Read(make([]byte, 1))
			if n != 0 || err != io.EOF {
				p.errorf("Read: got %d, %v, want 0, EOF", n, err)
			}
		}
		p.wantsError("Close", r.Body.Close(), nil)
	},
}, {
	Name:    "body/empty-post",
	Doc:     "A POST with Content-Length: 0 has a body of no bytes.",
	handler: describe,
	request: request{method: "POST", header: http.Header{"Content-Length": {"0"}}},
	facts:   facts{"ContentLength": "0", "Body": sum(nil)},
}, {
	Name: "body/all-bytes",
	Doc:  "Every byte value passes, line ends included.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		body, err := io.ReadAll(r.Body)
		p.wantsError("ReadAll", err, nil)
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Write(body)
	},
	request: request{method: "POST", body: allBytes},
	want:    want{body: allBytes},
}, {
	Name: "body/ends-once",
	Doc:  "After the last byte Read says io.EOF, and goes on saying it.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		p.tell("Body", sumOf(r.Body))
		n, err := r.Body.Read(make([]byte, 8))
		if n != 0 || err != io.EOF {
			p.errorf("Read after the end: got %d, %v, want 0, EOF", n, err)
		}
	},
	request: request{method: "POST", pattern: 5000},
	facts:   facts{"Body": sumOfPattern(5000)},
}, {
	Name:    "body/on-get",
	Doc:     "A body with GET arrives (Plack: content on GET).",
	except:  []Difference{FrontRefusesBodyOnGet},
	handler: describe,
	request: request{method: "GET", body: "content"},
	facts:   facts{"Method": "GET", "Body": sum([]byte("content")), "ContentLength": "7"},
}, {
	Name:    "body/unread",
	Doc:     "A body that nobody reads is thrown away, and never read as the next request.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) { io.WriteString(w, "early") },
	request: request{method: "POST", pattern: 100 << 10},
	want:    want{body: "early"},
}, {
	Name:    "body/unread-long",
	Doc:     "The same with 3 MB, more than net/http is willing to throw away.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) { io.WriteString(w, "early") },
	request: request{method: "POST", pattern: 3 << 20},
	want:    want{body: "early"},
}, {
	Name: "body/unread-both-long",
	Doc:  "3 MB each way while nobody reads the body: a front server that sends all of it before it reads the answer must not deadlock (Apache's CGI).",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Write(pattern(3 << 20))
	},
	request: request{method: "POST", pattern: 3 << 20},
	want:    want{pattern: 3 << 20},
}, {
	Name: "body/partly-read",
	Doc:  "A handler may stop in the middle of the body.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		part := make([]byte, 1000)
		_, err := io.ReadFull(r.Body, part)
		p.wantsError("ReadFull", err, nil)
		w.Write(part)
	},
	request: request{method: "POST", pattern: 200 << 10},
	want:    want{body: string(pattern(1000))},
}, {
	Name: "body/after-close",
	Doc:  "Read after Close says http.ErrBodyReadAfterClose.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		p.wantsError("Close", r.Body.Close(), nil)
		_, err := r.Body.Read(make([]byte, 1))
		p.wantsError("Read", err, http.ErrBodyReadAfterClose)
	},
	request: request{method: "POST", pattern: 1000},
}, {
	Name: "body/max-bytes",
	Doc:  "http.MaxBytesReader stops a body at its limit, with the error that says so.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 10))
		var tooLarge *http.MaxBytesError
		if len(body) != 10 || !errors.As(err, &tooLarge) || tooLarge.Limit != 10 {
			p.errorf("got %d bytes, %v, want 10 and a MaxBytesError", len(body), err)
		}
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
	},
	request: request{method: "POST", pattern: 10_000},
	want:    want{status: 413, body: "too large\n"},
}, {
	Name: "body/small-reads",
	Doc:  "Reads of any size give the same bytes.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		p.tell("Body", sumOf(io.MultiReader(io.LimitReader(r.Body, 1), smallReader{r.Body})))
	},
	request: request{method: "POST", pattern: 20_000},
	facts:   facts{"Body": sumOfPattern(20_000)},
}, {
	Name:   "body/echo",
	Doc:    "1 MiB copied from the body to the answer as it comes (with EnableFullDuplex, as net/http asks for).",
	except: []Difference{FrontStopsBody},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		p.wantsError("EnableFullDuplex", http.NewResponseController(w).EnableFullDuplex(), nil)
		n, err := io.Copy(w, r.Body)
		if n != 1<<20 || err != nil {
			p.errorf("Copy: got %d, %v", n, err)
		}
	},
	request: request{method: "POST", pattern: 1 << 20},
	want:    want{pattern: 1 << 20},
}}

var allBytes = func() string {
	var b strings.Builder
	for i := range 3 * 256 {
		b.WriteByte(byte(i))
	}
	return b.String() + "\r\n\r\n0\r\n\r\n"
}()

// smallReader reads seven bytes at a time.
type smallReader struct{ r io.Reader }

func (s smallReader) Read(p []byte) (int, error) { return s.r.Read(p[:min(len(p), 7)]) }
