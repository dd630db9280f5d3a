package errorpage

import (
	"net/http"

	"github.com/gangplank-web/gangplank/middleware/internal/stack"
)

// Searched announces err and returns how many bytes were searched for secrets.
func Searched(c Config, r *http.Request, err error) int {
	p := &page{Config: c.withDefaults(), sources: &stack.Sources{}}
	f := p.examine(r, err)
	p.announce(r, f)
	if f.mask == nil {
		return 0
	}
	return f.mask.Searched()
}
