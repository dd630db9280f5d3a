package middleware_test

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank/middleware"
)

// A handler that has answered and works on: what the client has got as a whole is
// not broken off, and the work's time is up all the same.
func TestTimeoutAnswered(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		desc    string
		length  int // declared, if not 0
		aborted bool
	}{
		{"as a whole", len("answer"), false},
		{"in part", len("answer") + 1, true},
		{"without a length", 0, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			ended := make(chan error, 1)
			rec, aborted, took := timedOut(t, middleware.TimeoutConfig{}, func(w http.ResponseWriter, r *http.Request) {
				if tt.length > 0 {
					w.Header().Set("Content-Length", strconv.Itoa(tt.length))
				}
				io.WriteString(w, "answer")
				http.NewResponseController(w).Flush()
				<-r.Context().Done()
				ended <- r.Context().Err()
			})
			if aborted != tt.aborted || rec.Body.String() != "answer" || took != time.Second {
				t.Errorf("%s: got %q after %v, aborted: %v", tt.desc, rec.Body, took, aborted)
			}
			if err := <-ended; err != context.DeadlineExceeded {
				t.Errorf("%s: the context of the work ended with %v", tt.desc, err)
			}
		})
	}
}
