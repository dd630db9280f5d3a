package reported_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/reported"
)

// uncomparable panics when compared with ==.
type uncomparable struct{ cause any }

func (uncomparable) Error() string { return "uncomparable" }

func TestID(t *testing.T) {
	for _, tt := range []struct {
		desc      string
		set, asks error
		told      bool
	}{
		{"the same", io.EOF, io.EOF, true},
		{"a cause", fmt.Errorf("reading: %w", io.EOF), io.EOF, true},
		{"another", io.EOF, errors.New("disk full"), false},
		{"what has it as a cause", io.EOF, fmt.Errorf("reading: %w", io.EOF), false},
		{"a time-out's consequence", fmt.Errorf("too long: %w", http.ErrHandlerTimeout), fmt.Errorf("query: %w", context.DeadlineExceeded), true},
		{"a deadline of another", io.EOF, context.DeadlineExceeded, false},
		{"uncomparable", uncomparable{[]int{}}, uncomparable{[]int{}}, false},
	} {
		gangplank.AttachedFunc(func(_ *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
			if id, told := reported.ID(r, tt.asks); id != "" || told {
				t.Errorf("%s: got %q, %v before anything was reported", tt.desc, id, told)
			}
			reported.Set(r, tt.set, "id1")
			if id, told := reported.ID(r, tt.asks); id != "id1" || told != tt.told {
				t.Errorf("%s: got %q, %v, want id1, %v", tt.desc, id, told, tt.told)
			}
		}).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	}
}
