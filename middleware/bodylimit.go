package middleware

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// BodyLimit bounds the bodies of requests to limit bytes. One that is declared
// longer is refused with 413 before any of it is read, so that a client that
// waits for "100 Continue" does not send it; one without a declared length
// (chunked, HTTP/2) can be read up to the limit, and then the read fails with
// *[http.MaxBytesError], which a [gangplank.Try] handler only has to return to
// answer 413 too.
//
// It stands outside of whatever reads bodies, inside of error pages. Inside of a
// layer that decodes bodies, it bounds their decoded size. Of two, the smaller
// limit holds: it cannot be raised for a part of the routes, so a general limit
// must be that of the largest upload. The limits of the adapters apply first.
func BodyLimit(limit int64) gangplank.Middleware {
	if limit < 0 {
		settings.Check("middleware.BodyLimit", fmt.Errorf("limit: %d is negative", limit))
	}
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
			if r.ContentLength > limit {
				gangplank.Fail(w, r, tooLarge(limit).Because(fmt.Errorf("a body of %d bytes", r.ContentLength)))
				return
			}
			if r.Body == nil || r.Body == http.NoBody {
				next.ServeHTTP(w, r)
				return
			}
			body := &limitedBody{ReadCloser: http.MaxBytesReader(nil, r.Body, limit)}
			limited := new(http.Request) // the outer layers' request stays as it is
			*limited = *r
			limited.Body = body
			w.BeforeHeadCall(body)
			next.ServeHTTP(w, limited)
			body.tell(w)
			r.MultipartForm = limited.MultipartForm // its files go with r
		})
	}
}

// limitedBody notes that it was too long, and net/http's server, which then closes
// the connection in place of reading the rest, is told before the head goes out and
// when the handler has returned. http.MaxBytesReader would do so while it is read,
// on whatever goroutine that is: that of a [Timeout] further inside, or of a
// proxy's transport, while others use the server's writer.
type limitedBody struct {
	io.ReadCloser
	exceeded atomic.Bool
}

// Read implements io.Reader.
func (b *limitedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if _, ended := err.(*http.MaxBytesError); ended {
		b.exceeded.Store(true)
	}
	return n, err
}

// BeforeHead implements gangplank.HeadHook.
func (b *limitedBody) BeforeHead(w *gangplank.Writer, _ *http.Request, _ int, _ http.Header) {
	b.tell(w)
}

func (b *limitedBody) tell(w http.ResponseWriter) {
	if b.exceeded.Load() {
		bodyTooLarge(w)
	}
}

// bodyTooLarge tells the server below w that a body was too large, for which there
// is no other way than to read one that is.
func bodyTooLarge(w http.ResponseWriter) {
	server := innermost(w)
	if g, inside := server.(*guard); inside {
		if g.enter() == nil {
			defer g.leave()
			bodyTooLarge(g.under)
		}
		return
	}
	_, _ = http.MaxBytesReader(server, io.NopCloser(strings.NewReader("x")), 0).Read(make([]byte, 1))
}

func tooLarge(limit int64) *gangplank.HTTPError {
	return gangplank.Error(http.StatusRequestEntityTooLarge, fmt.Sprintf("The request is too large: at most %d bytes are accepted.", limit))
}
