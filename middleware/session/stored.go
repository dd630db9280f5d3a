package session

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"net/http"
	"time"
)

// stored keeps sessions in a Store. The cookie holds the id; the Store sees a
// hash of it, so that whoever reads the Store cannot take over a session.
type stored struct {
	store Store
	merge MergeFunc
}

func (*stored) encodes() bool { return true }

// An id is 32 random bytes, in base64url.
const idBytes = 32

var idTextLen = base64url.EncodedLen(idBytes)

// movedFor is how long a session's old id is remembered after Renew. Requests
// that were under way with it can read nothing and must not start a new session
// either, whose cookie would take the renewed one's place in the browser.
const movedFor = time.Minute

// newPlace draws an id for the cookie of that name.
func newPlace(cookie string) place {
	var id [idBytes]byte
	_, _ = rand.Read(id[:]) // it never fails, says its documentation
	return placeOf(cookie, base64url.EncodeToString(id[:]))
}

// placeOf hashes the cookie's name too: an id from a cookie of one name finds
// nothing under another, be it of another site that shares the Store or of plain
// HTTP. Neither name nor id has a space.
func placeOf(cookie, id string) place { return place{id: id, key: storeKey("id "+cookie, id)} }

// storeKey hashes what a Store is to know nothing of.
func storeKey(kind, name string) string {
	var room [128]byte
	b := append(append(append(append(room[:0], "gangplank session 1: "...), kind...), ' '), name...)
	sum := sha256.Sum256(b)
	return string(base64url.AppendEncode(room[:0], sum[:]))
}

func (k *stored) load(s *Session) error {
	values, n := s.cookies()
	for _, id := range values[:n] {
		if found, err := k.loadID(s, id); found || err != nil {
			return err
		}
	}
	return nil
}

func (k *stored) loadID(s *Session, id string) (found bool, err error) {
	if !validID(id) {
		s.reject(errMalformed)
		return false, nil
	}
	ctx, cancel := s.context()
	defer cancel()
	p := placeOf(s.layer.form(s.r).name, id)
	data, rec, err := k.fetch(ctx, &p, s.room[:]...)
	switch {
	case errors.Is(err, errRecord):
		s.reject(err)
		return false, nil
	case err != nil, p.version == 0:
		return false, err
	case isNote(data):
		s.stale = true
		return false, nil
	}
	live, err := s.live(&rec)
	if live {
		s.adopt(rec, p, data)
	}
	return live, err
}

// validID reports whether a cookie's value has the form of an id: what has not
// is not worth asking the Store.
func validID(id string) bool {
	var raw [idBytes]byte
	if len(id) != idTextLen {
		return false
	}
	_, err := decodeStrict(raw[:], id)
	return err == nil
}

// note is what is stored under a session's old id: the key of where it is now, or
// none if it has ended.
func note(key string) []byte { return append([]byte{movedForm}, key...) }

func isNote(data string) bool { return data != "" && data[0] == movedForm }

// fetch loads what is stored at p, and sets p's version. The record's entries use
// the memory of room, if that is enough.
func (k *stored) fetch(ctx context.Context, p *place, room ...entry) (data string, rec record, err error) {
	b, version, err := k.store.Load(ctx, p.key)
	if p.version = version; err != nil || version == 0 {
		return "", rec, err
	}
	if data = string(b); !isNote(data) {
		rec, err = decodeRecord(data, room...)
	}
	return data, rec, err
}

// end ends the session, also where another request has given it another id since
// this one loaded it: a note is put in its place only if it is still there.
func (k *stored) end(s *Session) error {
	ctx, cancel := s.context()
	defer cancel()
	if err := k.endAt(ctx, s.ended.at); err != nil || s.ended.rec.user == "" {
		return err
	}
	return k.unlist(ctx, s.layer.listKey(s.ended.rec.user), s.ended.at.key)
}

func (k *stored) endAt(ctx context.Context, p place) error {
	for {
		version, err := k.store.Save(ctx, p.key, note(""), p.version, time.Now().Add(movedFor))
		if err != nil {
			return err
		}
		if version != 0 {
			return k.store.Delete(ctx, p.key)
		}
		data, _, err := k.fetch(ctx, &p)
		for err == nil && isNote(data) {
			if p.key = data[1:]; p.key == "" {
				return nil
			}
			data, _, err = k.fetch(ctx, &p)
		}
		if err != nil || p.version == 0 {
			return err
		}
	}
}

// save saves the session if it is still what it was, else as the merge has it.
// Each round that is lost was won by another request, so there is an end.
func (k *stored) save(s *Session, w http.ResponseWriter) error {
	if s.stale && !s.at.known() && !s.renew {
		s.gone()
		return nil
	}
	ctx, cancel := s.context()
	defer cancel()
	target, fresh := s.at, s.renew || !s.at.known()
	if fresh {
		target = newPlace(s.layer.form(s.r).name)
	}
	if s.rec.user != "" && (fresh || s.enlist) {
		if err := k.enlist(ctx, s, target.key); err != nil {
			return err
		}
	}
	for {
		saved, err := k.try(ctx, s, &target, fresh)
		if saved {
			if fresh || s.cookie {
				s.setCookie(w, []byte(s.layer.form(s.r).name+"="+target.id))
			}
			return nil
		}
		if err == nil && s.dirty { // else only the use was to be noted, and another request has done that
			err = k.rebase(ctx, s)
		}
		if err != nil || !s.dirty || !s.at.known() {
			if fresh && target.version != 0 { // nobody knows of this one
				_ = k.store.Delete(ctx, target.key)
			}
			return err
		}
		if !fresh {
			target = s.at
		}
	}
}

// try saves the session at target, once; and if that is not where it was, leaves
// a note there.
func (k *stored) try(ctx context.Context, s *Session, target *place, fresh bool) (saved bool, err error) {
	version, err := k.store.Save(ctx, target.key, s.rec.encode(), target.version, time.Unix(s.expires(), 0))
	if err != nil || version == 0 {
		return false, err
	}
	target.version = version
	if !fresh || !s.at.known() {
		return true, nil
	}
	version, err = k.store.Save(ctx, s.at.key, note(target.key), s.at.version, time.Now().Add(movedFor))
	return version != 0, err
}

// rebase loads what the session has become and makes this request's changes to
// it. If it has been ended, s.at is the zero place then.
func (k *stored) rebase(ctx context.Context, s *Session) error {
	p := s.at
	if !p.known() {
		return errors.New("session: the Store has something under a new random id")
	}
	data, theirs, err := k.fetch(ctx, &p)
	if err != nil {
		return err
	}
	if p.version == 0 || isNote(data) {
		s.at = place{}
		s.gone()
		return nil
	}
	if err := s.mergeInto(&theirs, k.merge); err != nil {
		return err
	}
	s.adopt(theirs, p, data)
	return nil
}
