package adaptertest

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
)

// Ways to write a body.
var writeCases = []Case{{
	Name: "write/large",
	Doc:  "5 MiB in one Write.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		n, err := w.Write(pattern(5 << 20))
		if n != 5<<20 || err != nil {
			p.errorf("Write: got %d, %v", n, err)
		}
	},
	want: want{pattern: 5 << 20},
}, {
	Name: "write/small",
	Doc:  "25000 Writes of eight bytes.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		for body := pattern(200_000); len(body) > 0; body = body[8:] {
			if n, err := w.Write(body[:8]); n != 8 || err != nil {
				p.errorf("Write: got %d, %v", n, err)
				return
			}
		}
	},
	want: want{pattern: 200_000},
}, {
	Name: "write/argument",
	Doc:  "Write does not keep its argument: the caller may use it again at once (io.Writer).",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		buf := make([]byte, 8)
		for body := pattern(80_000); len(body) > 0; body = body[8:] {
			copy(buf, body)
			w.Write(buf)
			clear(buf)
		}
	},
	want: want{pattern: 80_000},
}, {
	Name: "write/string",
	Doc:  "The writer has WriteString, and it does what Write does.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		sw, ok := w.(io.StringWriter)
		if !ok {
			p.errorf("%T has no WriteString", w)
			return
		}
		n, err := sw.WriteString(string(pattern(100_000)))
		if n != 100_000 || err != nil {
			p.errorf("WriteString: got %d, %v", n, err)
		}
	},
	want: want{pattern: 100_000, header: map[string]string{"Content-Type": "text/plain; charset=utf-8"}},
}, {
	Name: "write/mixed",
	Doc:  "Write, WriteString, io.Copy and Flush keep their order.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		body := pattern(60_000)
		w.Write(body[:10])
		text := string(body[10:20_000])
		io.WriteString(w, text)
		p.wantsError("Flush", http.NewResponseController(w).Flush(), nil)
		w.Write(body[20_000:20_010])
		io.CopyN(w, patternSection(20_010, 20_000), 20_000)
		w.Write(body[40_010:])
	},
	want: want{pattern: 60_000},
}, {
	Name:    "read-from/file",
	Doc:     "io.Copy from a file (net/http: sendfile).",
	handler: sendFile(false),
	want:    want{pattern: 300_000},
}, {
	Name:    "read-from/file-with-length",
	Doc:     "io.Copy from a file whose length is declared.",
	handler: sendFile(true),
	want:    want{pattern: 300_000, length: 300_000},
}, {
	Name: "read-from/limited",
	Doc:  "io.CopyN takes as much as it is told, and leaves the rest in the reader.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		src := patternReader(150_000)
		n, err := io.CopyN(w, src, 100_000)
		if n != 100_000 || err != nil {
			p.errorf("CopyN: got %d, %v", n, err)
		}
		p.wants("the rest", len(must(io.ReadAll(src))), 50_000)
	},
	want: want{pattern: 100_000},
}, {
	Name: "read-from/short",
	Doc:  "A short body copied is looked at and counted like a written one.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		n, err := io.Copy(w, patternReader(100))
		if n != 100 || err != nil {
			p.errorf("Copy: got %d, %v", n, err)
		}
	},
	want: want{pattern: 100, header: map[string]string{"Content-Type": "text/plain; charset=utf-8"}},
}, {
	Name: "read-from/failing",
	Doc:  "An error of the reader comes back; what was read before it has been written.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		failure := errors.New("the disk is gone")
		n, err := io.Copy(w, io.MultiReader(patternReader(50_000), failingReader{failure}))
		p.wants("Copy", n, int64(50_000))
		p.wantsError("Copy", err, failure)
	},
	want: want{pattern: 50_000},
}}

func sendFile(declare bool) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request, p *probe) {
		f, err := os.CreateTemp("", "adaptertest")
		if err != nil {
			p.errorf("%v", err)
			return
		}
		defer os.Remove(f.Name())
		defer f.Close()
		f.Write(pattern(300_000))
		f.Seek(0, io.SeekStart)
		w.Header().Set("Content-Type", "application/octet-stream")
		if declare {
			w.Header().Set("Content-Length", strconv.Itoa(300_000))
		}
		n, err := io.Copy(w, f)
		if n != 300_000 || err != nil {
			p.errorf("Copy: got %d, %v", n, err)
		}
	}
}

type failingReader struct{ err error }

func (f failingReader) Read([]byte) (int, error) { return 0, f.err }

// must is for what cannot fail.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
