package cgi_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/adaptertest"
	"github.com/gangplank-web/gangplank/adapters/cgi"
)

// programs are what the test binary does as a CGI program.
var programs = map[string]func() error{
	"conformance": func() error {
		s := cgi.Server{Handler: adaptertest.Handler(), ReadToEOF: true, Logger: slog.New(slog.DiscardHandler)}
		return s.Serve()
	},
	"hello": serve(cgi.Server{}, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "Hello World!\n") }),
	"panic": serve(cgi.Server{}, panics),
	"panic-hook": serve(cgi.Server{}, func(w http.ResponseWriter, r *http.Request) {
		gangplank.AttachedFunc(func(w *gangplank.Writer, _ *http.Request, _ *gangplank.Context) {
			w.BeforeHead(func(int, http.Header) { panic("oh no") })
			io.WriteString(w, "half")
		}).ServeHTTP(w, r)
	}),
	"panic-fails": serve(cgi.Server{FailOnPanic: true}, panics),
	"panic-late": serve(cgi.Server{}, func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "half")
		w.(http.Flusher).Flush()
		panic("oh no")
	}),
	"abort": serve(cgi.Server{}, func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "half")
		panic(http.ErrAbortHandler)
	}),
	"goexit": serve(cgi.Server{}, func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "half")
		runtime.Goexit()
	}),
	"short": serve(cgi.Server{}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "10")
		io.WriteString(w, "half")
	}),
	"wait": serve(cgi.Server{}, wait),
	"gives-up": serve(cgi.Server{}, func(w http.ResponseWriter, r *http.Request) {
		started(w)
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	}),
	"body": serve(cgi.Server{}, readBody),
	"silent-body": serve(cgi.Server{}, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(os.Stderr, "ready") // and nothing to the client
		io.Copy(io.Discard, r.Body)
		fmt.Fprint(w, gangplank.From(r).Cause())
	}),
	"silent-wait": serve(cgi.Server{}, func(w http.ResponseWriter, r *http.Request) {
		done := r.Context().Done()
		fmt.Fprintln(os.Stderr, "ready")
		<-done
		fmt.Fprint(w, gangplank.From(r).Cause())
	}),
	"silent-input": serve(cgi.Server{}, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(os.Stderr, "ready")
		io.Copy(io.Discard, os.Stdin) // behind Serve's back
		io.WriteString(w, "finished")
	}),
	"stuck":  serve(cgi.Server{GraceTime: time.Millisecond}, stuck),
	"slow":   serve(cgi.Server{Timeout: time.Millisecond}, wait),
	"writer": serve(cgi.Server{}, writeOn),
	"httpoxy": serve(cgi.Server{}, func(w http.ResponseWriter, r *http.Request) {
		child, _ := exec.Command("sh", "-c", "echo $HTTP_PROXY").Output()
		fmt.Fprintf(w, "%q %q %q", os.Getenv("HTTP_PROXY"), r.Header["Proxy"], child)
	}),
	"early": serve(cgi.Server{}, func(w http.ResponseWriter, r *http.Request) {
		block := strings.Repeat("x", 1<<16)
		for range 3 << 4 {
			io.WriteString(w, block)
		}
	}),
	"nph": serve(cgi.Server{}, func(w http.ResponseWriter, r *http.Request) { http.Error(w, "teapot", http.StatusTeapot) }),
	"descriptors": serve(cgi.Server{}, func(w http.ResponseWriter, _ *http.Request) {
		n, err := countDescriptors()
		if err != nil {
			panic(err)
		}
		io.WriteString(w, n)
	}),
}

func serve(s cgi.Server, h http.HandlerFunc) func() error {
	return func() error {
		log.SetFlags(0)
		s.Handler = h
		return s.Serve()
	}
}

func panics(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "image/png")
	io.WriteString(w, "half")
	panic("oh no")
}

// countDescriptors returns how many a child process has.
func countDescriptors() (string, error) {
	out, err := exec.Command("sh", "-c", "ls /proc/self/fd | wc -l").Output()
	return string(out), err
}

// started tells the test that the handler runs, by the head of its answer.
func started(w http.ResponseWriter) { w.(http.Flusher).Flush() }

// wait answers when the request is cancelled.
func wait(w http.ResponseWriter, r *http.Request) {
	started(w)
	<-r.Context().Done()
	fmt.Fprint(w, gangplank.From(r).Cause())
}

// readBody reads a body that does not end.
func readBody(w http.ResponseWriter, r *http.Request) {
	started(w)
	n, err := io.Copy(io.Discard, r.Body)
	fmt.Fprintf(w, "%d, deadline exceeded: %v, %v", n, errors.Is(err, os.ErrDeadlineExceeded), gangplank.From(r).Cause())
}

// stuck does not look whether it is cancelled.
func stuck(w http.ResponseWriter, _ *http.Request) {
	started(w)
	select {}
}

// writeOn writes until that fails.
func writeOn(w http.ResponseWriter, r *http.Request) {
	p := make([]byte, 1<<16)
	for {
		if _, err := w.Write(p); err != nil {
			<-r.Context().Done()
			fmt.Fprintln(os.Stderr, "write failed:", err)
			return
		}
	}
}
