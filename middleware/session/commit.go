package session

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/gangplank-web/gangplank"
)

// commit stores what is to be stored, just before the head goes out.
func (s *Session) commit(w http.ResponseWriter) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over { // the handler panicked
		return nil
	}
	s.over = true
	addField(w.Header(), "Vary", "Cookie", &s.fields[2]) // the answer was made with it
	switch {
	case s.failed != nil:
		return s.failed
	case panicked(s.r):
		return nil
	}
	err := s.keep(w)
	if err == nil && s.migrated {
		s.layer.cfg.Migrate.Forget(w, s.r)
	}
	return err
}

// keep ends what was destroyed, and saves what was changed.
func (s *Session) keep(w http.ResponseWriter) error {
	if s.ended != nil {
		if err := s.layer.keeper.end(s); err != nil {
			return err
		}
	}
	switch {
	case s.dirty, s.touchDue():
		s.rec.seen = time.Now().Unix()
		return s.layer.keeper.save(s, w)
	case s.destroyed && s.sent:
		s.expireCookie(w)
	}
	return nil
}

// panicked reports whether the request failed by a panic that a layer further
// inside has recovered: what was changed until then is half of something.
func panicked(r *http.Request) bool {
	err := gangplank.From(r).Failure()
	if err == nil {
		return false
	}
	var p interface{ PanicValue() any }
	return errors.As(err, &p)
}

// touchDue reports whether the session's last use must be noted. Noting each use
// would make every read a write. It was used when it was loaded.
func (s *Session) touchDue() bool {
	const steps = 16
	return s.at.known() && s.rec.until == 0 && s.now-s.rec.seen >= max(1, seconds(s.layer.cfg.Idle)/steps)
}

// live reports whether rec has not reached its end, by the clock or by a
// revocation.
func (s *Session) live(rec *record) (bool, error) {
	cfg := &s.layer.cfg
	if s.now >= rec.expires(cfg.Idle, cfg.Absolute) {
		return false, nil
	}
	if !s.layer.revoked.has(rec) {
		return true, nil
	}
	ctx, cancel := s.context()
	defer cancel()
	ended, err := s.layer.revoked.ended(ctx, rec)
	return !ended && err == nil, err
}

// expires returns the session's end, if nothing happens any more.
func (s *Session) expires() int64 {
	return s.rec.expires(s.layer.cfg.Idle, s.layer.cfg.Absolute)
}

// context is for the calls of a Store. The request's cancellation does not
// count: a client that goes away must not undo what its request has done.
func (s *Session) context() (context.Context, context.CancelFunc) {
	if s.layer.instant {
		return context.Background(), func() {}
	}
	return context.WithTimeout(context.WithoutCancel(s.r.Context()), s.layer.cfg.Timeout)
}

func (s *Session) log() *slog.Logger { return gangplank.From(s.r).Logger() }

// reject logs why a session that was sent is taken for none.
func (s *Session) reject(err error) {
	s.log().Warn("session cookie not accepted", "error", err, target(s.r))
}

// gone logs that the session was ended while the request was at work. Storing
// what it has changed would bring the session back to life.
func (s *Session) gone() {
	s.log().Info("session ended by another request meanwhile: changes discarded", target(s.r))
}
