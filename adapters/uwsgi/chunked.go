package uwsgi

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"net/http/httputil"
	"strings"

	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
	"github.com/gangplank-web/gangplank/adapters/internal/spool"
)

// chunked is a body in the chunks of HTTP/1.1 (RFC 9112, section 7.1), as uWSGI's
// own HTTP router passes it on with http-raw-body or http-chunked-input.
type chunked struct {
	spool.Source // the connection
	in           *bufio.Reader
	chunks       io.Reader
}

// newChunked takes no other coding than net/http does.
func newChunked(facts *gateway.Request, rest spool.Source) (spool.Source, error) {
	if coding, _ := facts.Var("HTTP_TRANSFER_ENCODING"); !strings.EqualFold(coding, "chunked") {
		return nil, &gateway.Error{Status: http.StatusNotImplemented, Reason: "body in an unknown coding"}
	}
	in := bufio.NewReader(rest)
	return &chunked{rest, in, httputil.NewChunkedReader(in)}, nil
}

// Read implements spool.Source.
func (c *chunked) Read(p []byte) (int, error) {
	n, err := c.chunks.Read(p)
	if err == io.EOF {
		err = c.skipTrailer()
	}
	return n, err
}

// maxTrailer bounds what may come after the last chunk.
const maxTrailer = 64

var errTrailer = errors.New("uwsgi: trailer too long")

// skipTrailer reads up to the empty line after the last chunk, and returns io.EOF.
func (c *chunked) skipTrailer() error {
	for range maxTrailer {
		line, err := c.in.ReadSlice('\n')
		switch {
		case err == io.EOF:
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		case strings.TrimRight(string(line), "\r\n") == "":
			return io.EOF
		}
	}
	return errTrailer
}
