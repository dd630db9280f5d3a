package middleware

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// BodyLimit bounds the bodies of requests to limit bytes. One that is declared
// longer is refused with 413 before any of it is read, so that a client that waits
// for "100 Continue" does not send it; of one without a length (chunked, HTTP/2)
// no more can be read, and the read fails with *[http.MaxBytesError], which a
// [gangplank.Try] handler only has to return to answer 413 too.
//
// It stands outside of whatever reads bodies, inside of error pages. Inside of a
// layer that decodes bodies, it bounds what they become. Of two, the smaller
// limit holds: it cannot be raised for a part of the routes, so that a general limit must be
// that of the largest upload. The limits of the adapters come before.
func BodyLimit(limit int64) gangplank.Middleware {
	if limit < 0 {
		settings.Check("middleware.BodyLimit", fmt.Errorf("limit: %d is negative", limit))
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.ContentLength > limit {
				gangplank.Fail(w, r, tooLarge(limit).Because(fmt.Errorf("a body of %d bytes", r.ContentLength)))
				return
			}
			if r.Body == nil || r.Body == http.NoBody {
				next.ServeHTTP(w, r)
				return
			}
			limited := new(http.Request) // the outer layers' request stays as it is
			*limited = *r
			limited.Body = limitBody(w, r.Body, limit)
			next.ServeHTTP(w, limited)
			r.MultipartForm = limited.MultipartForm // its files go with r
		})
	}
}

// limitBody is http.MaxBytesReader with the server's own writer: that of net/http
// then closes the connection in place of reading what is too much.
func limitBody(w http.ResponseWriter, body io.ReadCloser, limit int64) io.ReadCloser {
	server := innermost(w)
	limited := http.MaxBytesReader(server, body, limit)
	if g, inside := server.(*guard); inside {
		return &guardedBody{limited, g}
	}
	return limited
}

// guardedBody is the limited body of a handler on a goroutine of its own, from
// which the server's writer must not be touched at any time.
type guardedBody struct {
	io.ReadCloser
	g *guard
}

// Read implements io.Reader.
func (b *guardedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if _, ended := err.(*http.MaxBytesError); ended {
		b.g.bodyTooLarge()
	}
	return n, err
}

// bodyTooLarge tells the server that a body was too large, for which there is no
// other way than to read one that is.
func (g *guard) bodyTooLarge() {
	if g.enter() != nil {
		return
	}
	defer g.leave()
	_, _ = limitBody(g.under, io.NopCloser(strings.NewReader("x")), 0).Read(make([]byte, 1))
}

func tooLarge(limit int64) *gangplank.HTTPError {
	return gangplank.Error(http.StatusRequestEntityTooLarge, fmt.Sprintf("The request is too large: at most %d bytes are accepted.", limit))
}
