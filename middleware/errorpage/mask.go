package errorpage

import (
	"net/http"
	"strings"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/mask"
)

// maskerOf returns the masker of all that is said about f: in the log, a record
// or a page. It knows the secrets by their names, wherever the request and the
// program have them, so that a message which quotes one is masked as well.
func (p *page) maskerOf(r *http.Request, f *failure) *mask.Masker {
	if f.mask == nil {
		f.mask = &mask.Masker{Names: lower(p.Secrets)}
		f.mask.Allow(f.id, gangplank.From(r).RequestID())
		p.collector(r, f, false).run(early)
	}
	return f.mask
}

func lower(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = strings.ToLower(w)
	}
	return out
}

// room is what is left for values that the client has sent. What has none is not
// looked at, and so not shown: a client that sends thousands must not be able to
// have the server search for each in each.
type room struct {
	values, bytes int
	crowded       int // how many had none
}

var wholeRoom = room{values: 200, bytes: 64 << 10}

// maxSent is how much of one value is looked at; the masker cuts it there.
const maxSent = 16 << 10

func (m *room) take(name, value string) bool {
	n := len(name) + min(len(value), maxSent)
	if m.values == 0 || n > m.bytes {
		m.crowded++
		return false
	}
	m.values, m.bytes = m.values-1, m.bytes-n
	return true
}

// sent adds a value that the client has sent.
func (c *collector) sent(to []Field, where, name, value string) []Field {
	if !c.room.take(name, value) {
		return to
	}
	return append(to, c.field(where, name, value))
}

// crowded says what had no room.
func (c *collector) crowded() {
	if n := c.room.crowded; n > 0 {
		c.missing("%d values of the request: it has more than %d, or more than %d KiB of them.", n, wholeRoom.values, wholeRoom.bytes>>10)
	}
	if c.tooDeep > 0 {
		c.missing("causes that are more than %d errors deep: %d", maxDepth, c.tooDeep)
	}
}
