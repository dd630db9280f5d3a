package session

import (
	"crypto/rand"
	"fmt"
	"net/http"
)

// sealed keeps sessions in the cookie itself.
type sealed struct {
	sealer  *sealer
	revoked revocations
}

func (*sealed) encodes() bool { return true }

// label is what a session is sealed under: the cookie's name, so that a value of
// another site with the same keys, or of plain HTTP, does not serve here.
func (s *Session) label() []byte { return []byte("cookie " + s.layer.form(s.r).name) }

func (k *sealed) load(s *Session) (err error) {
	s.cookies(func(value string) bool {
		var found bool
		found, err = k.loadValue(s, value)
		return found || err != nil
	})
	return err
}

func (k *sealed) loadValue(s *Session, value string) (found bool, err error) {
	if len(value) > maxCookie {
		s.reject(errMalformed)
		return false, nil
	}
	data, old, err := k.sealer.open(value, s.label())
	if err != nil {
		s.reject(err)
		return false, nil
	}
	text := string(data)
	rec, err := decodeRecord(text)
	if err != nil {
		s.reject(err)
		return false, nil
	}
	ctx, cancel := s.context()
	defer cancel()
	live, err := s.live(ctx, &rec)
	if live {
		s.adopt(rec, place{version: 1}, text)
		s.dirty = old // to be sealed with the newest key
	}
	return live, err
}

// save sends the session. With Revocations it looks once more whether the
// session has been ended: another request may have, since this one loaded it.
func (k *sealed) save(s *Session, w http.ResponseWriter) error {
	ctx, cancel := s.context()
	defer cancel()
	if s.at.known() && k.revoked.store != nil {
		base, _ := decodeRecord(s.base)
		ended, err := k.revoked.ended(ctx, &base)
		if err == nil && ended {
			s.gone()
			return nil
		}
		if err == nil && s.renew {
			err = k.revoked.end(ctx, &base)
		}
		if err != nil {
			return err
		}
	}
	if s.renew || !s.at.known() {
		_, _ = rand.Read(s.rec.id[:]) // it never fails, says its documentation
	}
	plain := s.rec.append(nil)
	if n := len(s.layer.form(s.r).name) + sealedLen(len(plain)); n > maxCookie {
		return fmt.Errorf("%w: name and value are %d bytes, of at most %d; keep it in a Store", ErrTooLarge, n, maxCookie)
	}
	s.setCookie(w, string(k.sealer.appendSealed(nil, plain, s.label())))
	return nil
}

func (k *sealed) end(s *Session, _ http.ResponseWriter) error {
	if k.revoked.store == nil {
		return nil
	}
	ctx, cancel := s.context()
	defer cancel()
	return k.revoked.end(ctx, &s.before)
}
