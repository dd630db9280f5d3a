package adaptertest

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
)

// once is a client of a protocol in which a connection carries one request, and
// the answer ends with it.
type once struct {
	dial func(ctx context.Context) (net.Conn, error)
	head []byte // of the request, up to its body
	body func(w io.Writer, r *http.Request) error
	read func(from io.Reader, r *http.Request) (*http.Response, error)
}

// roundTrip sends r and returns as soon as the head of the answer is there.
func (o once) roundTrip(r *http.Request) (*http.Response, error) {
	conn, err := o.dial(r.Context())
	if err != nil {
		return nil, err
	}
	quit := context.AfterFunc(r.Context(), func() { conn.Close() })
	go o.send(conn, r)
	res, err := o.read(conn, r)
	if err != nil {
		quit()
		conn.Close()
		return nil, err
	}
	res.Body = onceBody{res.Body, conn, quit}
	return res, nil
}

func (o once) send(conn net.Conn, r *http.Request) {
	_, err := conn.Write(o.head)
	if r.Body == nil {
		return
	}
	defer r.Body.Close()
	if err == nil && o.body(conn, r) != nil {
		// A front server whose client has gone closes the connection. An answer
		// that has come before can still be read by nobody.
		conn.Close()
	}
}

// sizedBody sends a body whose length was announced.
func sizedBody(w io.Writer, r *http.Request) error {
	n, err := io.Copy(w, r.Body)
	if err == nil && n < r.ContentLength {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// onceBody is an answer's body.
type onceBody struct {
	io.Reader
	conn net.Conn
	quit func() bool
}

func (b onceBody) Close() error {
	b.quit()
	return b.conn.Close()
}

// variablesInOrder is Variables with CONTENT_LENGTH first, as SCGI wants it, and 0 where
// there is no body.
func variablesInOrder(r *http.Request, mount string) [][2]string {
	vars := [][2]string{{"CONTENT_LENGTH", "0"}}
	for name, value := range Variables(r, mount) {
		if name == "CONTENT_LENGTH" {
			vars[0][1] = value
			continue
		}
		vars = append(vars, [2]string{name, value})
	}
	return vars
}

// noNUL is a value as a format that ends it with a NUL can hold it.
func noNUL(value string) string { return strings.ReplaceAll(value, "\x00", "") }
