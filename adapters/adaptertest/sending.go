package adaptertest

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"sync"
)

// A sending is a request on its way out, beside the answer on its way in.
type sending struct {
	w    *bufio.Writer
	once sync.Once
	goOn chan struct{} // closed when an answer of any kind has come
	done chan struct{} // closed when all has been sent, or err is set
	err  error
}

// proceed releases a body that waits for 100 Continue.
func (s *sending) proceed() { s.once.Do(func() { close(s.goOn) }) }

func (s *sending) send(c *wire, r *http.Request) {
	defer close(s.done)
	writeHead(s.w, r)
	if s.err = s.w.Flush(); s.err != nil || r.Body == nil {
		return
	}
	defer r.Body.Close()
	if r.Header.Get("Expect") != "" {
		select {
		case <-s.goOn:
		case <-r.Context().Done():
			return
		}
	}
	if s.err = s.sendBody(r); s.err == nil {
		s.err = s.w.Flush()
	}
	if s.err != nil {
		// The rest of the body will never come: nobody must wait for it. An
		// answer that is already on its way can still be read.
		if half, ok := c.conn.(interface{ CloseWrite() error }); ok {
			half.CloseWrite()
		}
	}
}

// writeHead writes the request line and the fields as they stand in r.
func writeHead(w io.Writer, r *http.Request) {
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	fmt.Fprintf(w, "%s %s HTTP/1.1\r\nHost: %s\r\n", r.Method, requestTarget(r), host)
	r.Header.Write(w)
	switch {
	case r.Body == nil:
	case outgoingLength(r) < 0:
		io.WriteString(w, "Transfer-Encoding: chunked\r\n")
	default:
		fmt.Fprintf(w, "Content-Length: %d\r\n", r.ContentLength)
	}
	for name := range r.Trailer {
		fmt.Fprintf(w, "Trailer: %s\r\n", name)
	}
	io.WriteString(w, "\r\n")
}

// requestTarget is the origin form, or what the case put in its place.
func requestTarget(r *http.Request) string {
	if r.URL.Opaque != "" {
		return r.URL.Opaque
	}
	return r.URL.RequestURI()
}

func (s *sending) sendBody(r *http.Request) error {
	dst := io.Writer(flushing{s.w})
	if outgoingLength(r) >= 0 {
		n, err := io.Copy(dst, r.Body)
		if err == nil && n < r.ContentLength {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	chunks := httputil.NewChunkedWriter(dst)
	if _, err := io.Copy(chunks, r.Body); err != nil {
		return err
	}
	if err := chunks.Close(); err != nil {
		return err
	}
	r.Trailer.Write(s.w)
	_, err := io.WriteString(s.w, "\r\n")
	return err
}

// flushing sends every piece of a body as soon as the case gives it.
type flushing struct{ w *bufio.Writer }

func (f flushing) Write(p []byte) (int, error) {
	n, err := f.w.Write(p)
	if err == nil {
		err = f.w.Flush()
	}
	return n, err
}
