// Package gorillastore keeps the sessions of the package session in any store of
// gorilla/sessions, or takes over the sessions that are there.
//
//	session.New(session.Config{Carrier: gorillastore.New(sessions.NewFilesystemStore(dir, key))})
//
// The store's sessions become what those of the package session are: loaded on
// first use, stored only if changed and in time before the response head, with
// both time-outs, safe cookies, and an empty session for a cookie that cannot be
// decoded. What needs versions stays out of reach: of two requests that change
// one session at once the later wins, and a slow one can bring an ended session
// back. The values are the store's own: a program that still uses gorilla/sessions
// beside reads and writes the same, if it knows the cookie's name.
//
// To move away from gorilla/sessions see [Migrate].
//
// It is a package of its own, apart from session, because gorilla/sessions links
// encoding/gob, whose start a CGI program would pay for at each request.
package gorillastore

import (
	"errors"
	"io/fs"
	"net/http"

	"github.com/gorilla/sessions"
)

// Carrier is a session.Carrier.
type Carrier struct{ store sessions.Store }

// New returns a Carrier that keeps sessions in store. The store must sign, and
// should encrypt, what it puts into cookies, as gorilla's own do. Lifetimes are
// the package session's, as far as the store's own (MaxAge) is not shorter.
func New(store sessions.Store) *Carrier { return &Carrier{store} }

// Open implements session.Carrier.
func (c *Carrier) Open(r *http.Request, name string) (map[string]any, func(http.ResponseWriter, map[string]any, http.Cookie) error, error) {
	s, err := load(c.store, r, name)
	if s == nil {
		return nil, nil, err
	}
	save := func(w http.ResponseWriter, values map[string]any, cookie http.Cookie) error {
		put(s, values)
		s.Options = &sessions.Options{Path: cookie.Path, Domain: cookie.Domain, MaxAge: cookie.MaxAge,
			Secure: cookie.Secure, HttpOnly: cookie.HttpOnly, SameSite: cookie.SameSite}
		return gone(c.store.Save(r, w, s))
	}
	if s.IsNew {
		return nil, save, err
	}
	return strings(s), save, err
}

// load loads a session with New: Get would replace *r by a copy with a registry
// in its context. New gets a copy all the same, should a store not be like
// gorilla's.
func load(store sessions.Store, r *http.Request, name string) (*sessions.Session, error) {
	s, err := store.New(r.WithContext(r.Context()), name)
	if s == nil {
		return nil, err
	}
	if err != nil || s.IsNew {
		s.ID, s.IsNew = "", true // an id that the client brought along is not for a new session
	}
	return s, gone(err)
}

// gone takes the error of a session's file that has been removed for none.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// strings returns the values whose keys are strings: the others are for code
// that knows gorilla/sessions.
func strings(s *sessions.Session) map[string]any {
	values := make(map[string]any, len(s.Values))
	for key, value := range s.Values {
		if name, ok := key.(string); ok {
			values[name] = value
		}
	}
	return values
}

// put makes values those of the string keys.
func put(s *sessions.Session, values map[string]any) {
	for key := range s.Values {
		if _, ok := key.(string); ok {
			delete(s.Values, key)
		}
	}
	for name, value := range values {
		s.Values[name] = value
	}
}
