package session

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/alarm"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// New returns a middleware that gives requests a session. It panics if cfg is not
// valid; see [Config.Validate].
//
// It stands inside of the error page, so that a panic discards what was changed,
// and outside of everything that uses the session, such as auth.
func New(cfg Config) func(http.Handler) http.Handler {
	settings.Check("session", cfg.Validate())
	cfg = cfg.withDefaults()
	revoked := revocations{cfg.Revocations, cfg.Name, cfg.longest()}
	l := &layer{cfg: cfg, revoked: revoked, keeper: cfg.keeper(revoked), opened: gangplank.NewSlot[*Session]("session")}
	_, storeInstant := cfg.Store.(*Memory)
	_, revokeInstant := cfg.Revocations.(*Memory)
	l.instant = storeInstant && revokeInstant // the time limit would be half of what a load costs
	l.names(cfg)
	l.over = &Session{layer: l, over: true}
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
			c.SetSessionOpener(l)
			w.BeforeHeadCall(l)
			returned := false
			defer func() {
				if !returned {
					l.discard(r)
				}
			}()
			next.ServeHTTP(w, r)
			returned = true
		})
	}
}

// layer is one session middleware. All that it has is fixed when it is made.
type layer struct {
	cfg     Config
	keeper  keeper
	revoked revocations
	cookie  cookieForm // over TLS, and in general
	plain   cookieForm // over plain HTTP, if that is allowed
	opened  gangplank.Slot[*Session]
	instant bool     // no Store has to be waited for
	over    *Session // is put into opened when the head goes out without a session

	logPlain sync.Once
	alarm    alarm.Alarm // for a Store that fails
}

// keeper is where sessions are kept: a Store, a cookie, a Carrier.
type keeper interface {
	// load finds the session that the request names, if there is one, and hands
	// it to s.adopt.
	load(s *Session) error
	// save keeps s as it is now.
	save(s *Session, w http.ResponseWriter) error
	// end ends the session that s was before Destroy.
	end(s *Session) error
	// encodes tells whether values are kept in this package's encoding.
	encodes() bool
}

// OpenSession implements gangplank.SessionOpener.
func (l *layer) OpenSession(r *http.Request) gangplank.Session { return &Session{layer: l, r: r} }

// BeforeHead implements gangplank.HeadHook.
func (l *layer) BeforeHead(w *gangplank.Writer, r *http.Request, status int, h http.Header) {
	s := l.opened.Get(r)
	if s == nil {
		l.opened.Set(r, l.over)
		return
	}
	if err := s.commit(w); err != nil {
		l.refuse(w, r, status, err)
	}
}

// discard forgets the changes of a request whose handler has panicked: it was
// stopped between two of them as likely as after the last.
func (l *layer) discard(r *http.Request) {
	if s := l.opened.Get(r); s != nil && s != l.over {
		s.mu.Lock()
		s.over = true
		s.mu.Unlock()
	}
}

// refuse answers a request whose session could not be loaded or stored: what the
// handler has made of it, such as "Saved.", is not true.
func (l *layer) refuse(w *gangplank.Writer, r *http.Request, status int, err error) {
	log := gangplank.From(r).Logger()
	if status == http.StatusSwitchingProtocols {
		log.Error("session not stored", "error", err)
		return
	}
	switch {
	case errors.Is(err, ErrConflict):
		log.Warn("session not stored", "error", err, target(r))
		err = gangplank.Error(http.StatusConflict, "Something else was changed at the same time. Please try again.").Because(err)
	case errors.Is(err, ErrTooLarge):
		err = gangplank.Error(http.StatusInternalServerError, "").Because(err)
	default:
		err = gangplank.Error(http.StatusServiceUnavailable, "").Because(&storeError{err, !l.alarm.Due()})
	}
	gangplank.Fail(w, r, err)
}

// storeError is the cause of a 503. Whoever answers logs it, and reports it if it
// needs attention.
type storeError struct {
	err  error
	told bool // a moment ago
}

func (e *storeError) Error() string {
	return "session: not loaded or not stored: " + gangplank.ErrorText(e.err)
}

func (e *storeError) Unwrap() error { return e.err }

// NeedsAttention is for [gangplank.NeedsAttention]: this 503 was not meant so, but a
// Store that is down need not be told with each request.
func (e *storeError) NeedsAttention() bool { return !e.told }

// Errors for which a request is answered in the handler's place.
var (
	// ErrConflict is why a request fails, with status 409, that changed what
	// another one changed at the same time, if there is no Config.Merge or it
	// does not agree.
	ErrConflict = errors.New("session: changed by another request at the same time")
	// ErrTooLarge is why a request fails, with status 500, whose session has
	// grown too large for a cookie.
	ErrTooLarge = errors.New("session: too large for a cookie")
)

// target is for log lines. The query stays out of them: it may hold secrets.
func target(r *http.Request) slog.Attr {
	path, _, _ := strings.Cut(r.RequestURI, "?")
	return slog.String("path", path)
}
