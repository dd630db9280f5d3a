package middlewaretest

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// ReadFrom, which io.Copy uses. Files shall reach the connection as files.
var readFromCases = []Case{{
	Name: "readfrom/file",
	Doc:  "A file of declared length reaches the connection as a file, for sendfile.",
	handler: withFile(func(w http.ResponseWriter, r *http.Request, x *exchange, f *os.File) {
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Length", itoa(large))
		n, err := io.Copy(w, f)
		x.note("Copy", itoa(int(n))+" "+errName(err))
		x.note("sendfile", yesNo(x.signalled("sendfile")))
	}),
}, {
	Name: "readfrom/serve-content",
	Doc:  "So does what http.ServeContent serves.",
	handler: withFile(func(w http.ResponseWriter, r *http.Request, x *exchange, f *os.File) {
		http.ServeContent(w, r, "file.bin", time.Time{}, f)
		x.note("sendfile", yesNo(x.signalled("sendfile")))
	}),
}, {
	Name:    "readfrom/range",
	Doc:     "A range of a file.",
	request: request{header: http.Header{"Range": {"bytes=1000-68999"}}},
	handler: withFile(func(w http.ResponseWriter, r *http.Request, x *exchange, f *os.File) {
		http.ServeContent(w, r, "file.bin", time.Time{}, f)
	}),
}, {
	Name:    "readfrom/head",
	Doc:     "A file and HEAD.",
	request: request{method: "HEAD"},
	handler: withFile(func(w http.ResponseWriter, r *http.Request, x *exchange, f *os.File) {
		http.ServeContent(w, r, "file.bin", time.Time{}, f)
	}),
}, {
	Name:    "readfrom/small",
	Doc:     "A few bytes from a reader.",
	handler: copied("small"),
}, {
	Name:    "readfrom/large",
	Doc:     "Many bytes from a reader of unknown length.",
	handler: copied(string(pattern(large))),
}, {
	Name: "readfrom/between-writes",
	Doc:  "ReadFrom between Writes.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.WriteHeader(http.StatusCreated)
		x.write(w, "before ")
		copied(string(pattern(20_000)))(w, r, x)
		x.write(w, " after")
	},
}, {
	Name: "readfrom/nothing",
	Doc:  "A reader of nothing.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		copied("")(w, r, x)
	},
}, {
	Name: "readfrom/failing",
	Doc:  "A reader that fails in the middle: what came before it is sent, and io.Copy says so.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		n, err := io.Copy(w, io.MultiReader(strings.NewReader("begun"), failing{}))
		x.note("Copy", itoa(int(n))+" "+errName(err))
	},
}, {
	Name: "readfrom/no-body",
	Doc:  "A 204 takes no body from a reader.",
	handler: func(w http.ResponseWriter, r *http.Request, x *exchange) {
		w.WriteHeader(http.StatusNoContent)
		_, err := io.Copy(w, onlyReader{strings.NewReader("body")})
		x.call("Copy", err)
	},
}}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("this reader fails") }

// onlyReader has no WriteTo, so that io.Copy has to use the writer's ReadFrom.
type onlyReader struct{ io.Reader }

func copied(body string) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request, x *exchange) {
		n, err := io.Copy(w, onlyReader{strings.NewReader(body)})
		x.note("Copy", itoa(int(n))+" "+errName(err))
	}
}

func withFile(serve func(w http.ResponseWriter, r *http.Request, x *exchange, f *os.File)) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request, x *exchange) {
		f, err := os.CreateTemp("", "middlewaretest-")
		if err == nil {
			defer os.Remove(f.Name())
			defer f.Close()
			_, err = f.Write(pattern(large))
		}
		if err == nil {
			_, err = f.Seek(0, io.SeekStart)
		}
		if err != nil {
			panic("middlewaretest: no temporary file: " + err.Error())
		}
		serve(w, r, x, f)
	}
}
