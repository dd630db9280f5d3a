package middleware

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// ServerTiming tells the browser's developer tools where the time went, in the
// field Server-Timing (https://www.w3.org/TR/server-timing/): "total", from here to
// the moment at which the head goes out, and each [Timing] that was measured by
// then. What is measured later, while a body streams, is not told.
//
// show decides which requests may see it, such as those from loopback or of a
// signed-in developer: timings can tell whether something was found, or a
// password was nearly right. It is asked when the handler has begun to answer, so
// what layers further in find out, such as the user, is known.
//
// It stands as far outside as its total is to reach.
func ServerTiming(show func(*http.Request) bool) gangplank.Middleware {
	if show == nil {
		panic("middleware.ServerTiming: show is nil: who may see the timings?")
	}
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
			t := &timings{start: time.Now()}
			outer := requestTimings.Get(r)
			requestTimings.Set(r, t)
			defer requestTimings.Set(r, outer)
			w.BeforeHead(func(_ int, h http.Header) {
				if show(r) {
					h["Server-Timing"] = append(h["Server-Timing"], t.String())
				}
			})
			next.ServeHTTP(w, r)
		})
	}
}

// Timing is something whose time [ServerTiming] tells. It is made once, as a
// package variable:
//
//	var database = middleware.NewTiming("db")
//
//	defer database.Start(r)()
type Timing struct{ name string }

// NewTiming makes a Timing. The name is a token: letters, digits and "-_.". It
// panics otherwise.
func NewTiming(name string) Timing {
	if !settings.IsToken(name) || name == totalTiming {
		panic("middleware.NewTiming: " + strconv.Quote(name) + " is not a name for a timing")
	}
	return Timing{name}
}

const totalTiming = "total"

// Start begins to measure, and returns what ends it. Several measurements in one
// request, in several goroutines too, are added up.
func (t Timing) Start(r *http.Request) (stop func()) {
	if requestTimings.Get(r) == nil {
		return func() {}
	}
	start := time.Now()
	return func() { t.Add(r, time.Since(start)) }
}

// Add adds a time that was measured elsewhere.
func (t Timing) Add(r *http.Request, d time.Duration) {
	if of := requestTimings.Get(r); of != nil {
		of.add(t.name, d)
	}
}

var requestTimings = gangplank.NewSlot[*timings]("server timings")

// timings is what was measured of one request.
type timings struct {
	start time.Time

	mu   sync.Mutex
	sums []timingSum // few: searched from the start
}

type timingSum struct {
	name string
	sum  time.Duration
}

func (t *timings) add(name string, d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.sums {
		if t.sums[i].name == name {
			t.sums[i].sum += d
			return
		}
	}
	t.sums = append(t.sums, timingSum{name, d})
}

// String is the field's value, in milliseconds.
func (t *timings) String() string {
	value := appendTiming(nil, totalTiming, time.Since(t.start))
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.sums {
		value = appendTiming(append(value, ", "...), s.name, s.sum)
	}
	return string(value)
}

func appendTiming(b []byte, name string, d time.Duration) []byte {
	b = append(append(b, name...), ";dur="...)
	return strconv.AppendFloat(b, float64(d.Microseconds())/1000, 'f', -1, 64)
}
