package session

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
)

// sealed keeps sessions in the cookie itself.
type sealed struct {
	sealer  *sealer
	revoked revocations
}

func (*sealed) encodes() bool { return true }

func (k *sealed) load(s *Session) error {
	values, n := s.cookies()
	for _, value := range values[:n] {
		if found, err := k.loadValue(s, value); found || err != nil {
			return err
		}
	}
	return nil
}

func (k *sealed) loadValue(s *Session, value string) (found bool, err error) {
	text, old, err := k.open(s, value)
	if err != nil {
		s.reject(err)
		return false, nil
	}
	rec, err := decodeRecord(text, s.room[:]...)
	if err != nil {
		s.reject(err)
		return false, nil
	}
	live, err := s.live(&rec)
	if live {
		s.adopt(rec, place{version: 1}, text)
		s.dirty = old // to be sealed with the newest key
	}
	return live, err
}

func (k *sealed) open(s *Session, value string) (text string, old bool, err error) {
	if len(value) > maxCookie {
		return "", false, errMalformed
	}
	return k.sealer.open(value, s.layer.form(s.r).label)
}

// save sends the session. With Revocations it looks once more whether the
// session has been ended: another request may have, since this one loaded it.
func (k *sealed) save(s *Session, w http.ResponseWriter) error {
	if s.at.known() && k.revoked.store != nil {
		if ended, err := k.follow(s); ended || err != nil {
			return err
		}
	}
	if s.renew || !s.at.known() {
		_, _ = rand.Read(s.rec.id[:]) // it never fails, says its documentation
	}
	work, form := newWorkspace(), s.layer.form(s.r)
	defer work.release()
	work.plain = s.rec.append(slices.Grow(work.plain, sealExtra+s.rec.size())[:sealPrefix])
	if n := len(form.name) + sealedLen(len(work.plain)-sealPrefix); n > maxCookie {
		return fmt.Errorf("%w: name and value are %d bytes, of at most %d; keep it in a Store", ErrTooLarge, n, maxCookie)
	}
	work.text = append(append(work.text, form.name...), '=')
	work.text = s.setCookie(w, k.sealer.seal(work.text, work.plain, form.label))
	return nil
}

// follow ends the session's old id, if it gets another, unless it has been ended.
// A session that was bound anew in this request belongs to the epoch of then.
func (k *sealed) follow(s *Session) (ended bool, err error) {
	base, err := decodeRecord(s.base)
	if err != nil {
		return false, err
	}
	if base.user == s.rec.user {
		base.epoch = s.rec.epoch
	}
	ctx, cancel := s.context()
	defer cancel()
	if ended, err = k.revoked.ended(ctx, &base); err != nil {
		return false, err
	}
	switch {
	case ended:
		s.gone()
	case s.renew:
		err = k.revoked.end(ctx, &base)
	}
	return ended, err
}

func (k *sealed) end(s *Session) error {
	if k.revoked.store == nil {
		return nil
	}
	ctx, cancel := s.context()
	defer cancel()
	return k.revoked.end(ctx, &s.ended.rec)
}
