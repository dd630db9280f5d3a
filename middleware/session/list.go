package session

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Listed is one of a user's sessions, as [Session.List] finds it.
type Listed struct {
	// ID names the session: to [Session.EndOne], and in logs, as Session.ID. It
	// opens nothing, so a page may show it.
	ID string

	This       bool      // it is the request's own
	Created    time.Time // when it began, or was bound
	Seen       time.Time // when it was used, to a sixteenth of Config.Idle
	Expires    time.Time // when it ends if it is not used any more
	Remembered bool      // by Remember: it lives until Expires, used or not

	at  place
	rec record
}

// Get returns what the session has under key, or nil: the name of the browser,
// say, if the program has put that there at log-in.
func (l *Listed) Get(key string) any {
	if i := l.rec.find(key); i >= 0 {
		v, _ := l.rec.entries[i].get()
		return v
	}
	return nil
}

// ErrNoList is returned by [Session.List] and [Session.EndOne] where sessions are
// kept in cookies, or by a Carrier: only a [Store] can find those of a user.
var ErrNoList = errors.New("session: the sessions of a user can be listed only with a Store")

// List returns the sessions that are bound to user, the one last used first, as
// they are stored: what this request changes comes after. Of more than 200 those
// are not listed that end first.
//
// Each call loads the sessions listed; nothing else is slower for it than Bind,
// Renew, Remember and Destroy of a bound session, which note where it is.
func (s *Session) List(ctx context.Context, user string) ([]Listed, error) {
	return s.list(ctx, user, "")
}

// EndOne ends the session of user that List calls id, and reports whether there
// was one. This request's own ends as by Destroy.
func (s *Session) EndOne(ctx context.Context, user, id string) (found bool, err error) {
	if id == "" {
		return false, nil
	}
	list, err := s.list(ctx, user, id)
	if len(list) == 0 || err != nil {
		return false, err
	}
	if list[0].This {
		s.Destroy()
		return true, nil
	}
	k := s.layer.keeper.(*stored)
	if err := k.endAt(ctx, list[0].at); err != nil {
		return false, err
	}
	return true, k.unlist(ctx, s.layer.listKey(user), list[0].at.key)
}

// list returns the sessions of user, or the one that is called id.
func (s *Session) list(ctx context.Context, user, id string) (list []Listed, err error) {
	s.mu.Lock()
	s.use()
	this := s.at.key
	s.mu.Unlock()
	k, ok := s.layer.keeper.(*stored)
	if !ok {
		return nil, ErrNoList
	}
	if user == "" {
		return nil, nil
	}
	data, _, err := k.store.Load(ctx, s.layer.listKey(user))
	if err != nil {
		return nil, err
	}
	ended, _, err := s.layer.revoked.load(ctx, s.layer.revoked.userKey(user))
	if err != nil {
		return nil, err
	}
	for _, l := range decodeListing(string(data)) {
		if id != "" && keyID(l.key) != id {
			continue
		}
		one, err := k.listed(ctx, s.layer, l.key)
		if err != nil {
			return nil, err
		}
		if one.rec.user == user && !ended.has(&one.rec) {
			one.This = l.key == this
			list = append(list, one)
		}
	}
	slices.SortStableFunc(list, func(a, b Listed) int { return b.Seen.Compare(a.Seen) })
	return list, nil
}

// listed returns the session under key; bound to nobody if there is none.
func (k *stored) listed(ctx context.Context, l *layer, key string) (Listed, error) {
	p := place{key: key}
	_, rec, err := k.fetch(ctx, &p)
	if err != nil && !errors.Is(err, errRecord) {
		return Listed{}, err
	}
	until := rec.expires(l.cfg.Idle, l.cfg.Absolute)
	if err != nil || until <= time.Now().Unix() {
		return Listed{}, nil
	}
	return Listed{
		ID: keyID(key), Created: time.Unix(rec.created, 0), Seen: time.Unix(rec.seen, 0),
		Expires: time.Unix(until, 0), Remembered: rec.until > 0, at: p, rec: rec,
	}, nil
}
