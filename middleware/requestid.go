package middleware

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// RequestID gives each request an id, under which it appears in logs, on error
// pages and in stored records: [gangplank.Context.RequestID]. The response
// carries it in X-Request-Id.
//
// An id that arrives in X-Request-Id is kept if it looks like one (at most 128
// letters, digits and "-_.~:@+=", the first a letter or digit) and comes alone, so that
// a proxy's log and ours can be joined; otherwise one is minted. So a client can
// choose its id, or send that of another request. An id only groups log lines:
// it proves nothing and must not be a key to anything. Where clients should not
// choose, there is [RequestIDWith].
//
// It stands outermost, so that whatever goes wrong further inside has an id. An
// id that is already there, by an adapter or an outer RequestID, stays.
func RequestID(next http.Handler) http.Handler { return plainRequestID(next) }

var plainRequestID = RequestIDWith(RequestIDConfig{})

// RequestIDConfig holds the settings of [RequestIDWith].
type RequestIDConfig struct {
	_ [0]func()

	// Header is the field that carries ids, in and out. Default: X-Request-Id.
	Header string

	// IgnoreIncoming mints an id for every request: nobody outside chooses one.
	IgnoreIncoming bool

	// Variable names a variable of the gateway protocol that holds the front
	// server's own id, such as UNIQUE_ID of Apache's mod_unique_id. A client
	// cannot set it, so it comes before Header, IgnoreIncoming or not. Names
	// that begin with HTTP_ are the client's word, and refused.
	Variable string

	// New mints an id. Default: [NewRequestID], which also takes the place of one
	// that returns "".
	New func() string
}

// Validate reports all that is wrong with the settings.
func (cfg RequestIDConfig) Validate() error {
	var f settings.Faults
	switch name := http.CanonicalHeaderKey(cfg.Header); {
	case name != "" && !settings.IsToken(name):
		f.Add("Header", "%q is not a field name", cfg.Header)
	case name == "Set-Cookie" || slices.Contains(framing, name):
		f.Add("Header", "%s has a meaning that an id would change", name)
	}
	if strings.HasPrefix(cfg.Variable, "HTTP_") {
		f.Add("Variable", "%q is what the client sent; use Header", cfg.Variable)
	}
	return f.Join()
}

func (cfg RequestIDConfig) withDefaults() RequestIDConfig {
	if cfg.Header == "" {
		cfg.Header = "X-Request-Id"
	}
	cfg.Header = http.CanonicalHeaderKey(cfg.Header)
	if cfg.New == nil {
		cfg.New = NewRequestID
	}
	return cfg
}

// RequestIDWith is [RequestID] with settings.
func RequestIDWith(cfg RequestIDConfig) gangplank.Middleware {
	settings.Check("middleware.RequestIDWith", cfg.Validate())
	cfg = cfg.withDefaults()
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			id := c.RequestID()
			if id == "" {
				id = cfg.choose(r, c)
				c.SetRequestID(id)
			}
			w.Header()[cfg.Header] = w.FieldValue(id)
			next.ServeHTTP(w, r)
		})
	}
}

func (cfg *RequestIDConfig) choose(r *http.Request, c *gangplank.Context) string {
	if cfg.Variable != "" {
		if id := c.Gateway().Var(cfg.Variable); validRequestID(id) {
			return id
		}
	}
	if sent := r.Header[cfg.Header]; len(sent) == 1 && !cfg.IgnoreIncoming && validRequestID(sent[0]) {
		return sent[0]
	}
	if id := cfg.New(); id != "" {
		return id
	}
	return NewRequestID()
}

// validRequestID admits the forms that proxies and tracers mint, and nothing
// that means something to HTML, a log, a shell or (at the beginning) a
// spreadsheet or a file system.
func validRequestID(id string) bool {
	if id == "" || len(id) > 128 || !isAlphanumeric(id[0]) {
		return false
	}
	for i := 1; i < len(id); i++ {
		if !isAlphanumeric(id[i]) && strings.IndexByte("-_.~:@+=", id[i]) < 0 {
			return false
		}
	}
	return true
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// NewRequestID returns a new id of 20 letters and digits. The first nine are the
// time in milliseconds, so that ids sort by it; the others are 55 random bits:
// enough not to meet twice, not enough for a secret. The alphabet is Douglas
// Crockford's base 32 in lower case, which has no i, l, o and u: ids are read
// out on the telephone.
func NewRequestID() string {
	const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
	var id [20]byte
	// The global generator is ChaCha8, seeded by the system, one for each
	// thread: no lock, no system call.
	for i, random := len(id)-1, rand.Uint64(); i >= 9; i-- {
		id[i] = alphabet[random%32]
		random /= 32
	}
	for i, ms := 8, uint64(time.Now().UnixMilli()); i >= 0; i-- {
		id[i] = alphabet[ms%32]
		ms /= 32
	}
	return string(id[:])
}
