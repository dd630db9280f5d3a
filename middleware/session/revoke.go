package session

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"time"
)

// revocations keeps what has been ended before its time, in a Store: for each
// user who did so one entry with the epoch of the user's sessions, which EndAll
// moves on, and the ids of single ones that have ended. A session in a cookie
// that is bound to nobody has an entry of its own.
type revocations struct {
	store Store
	layer string        // the cookie's name: what ends in one layer goes on in others that share the Store
	life  time.Duration // longest life of a session: then the entry has done its work
}

// errNoRevocations is what EndAll returns when there is no place to note it.
var errNoRevocations = errors.New("session: ending sessions everywhere needs Config.Revocations, or a Store")

// revocation is an entry.
type revocation struct {
	epoch uint64 // of the sessions that live; 0: of all
	ids   []endedID
}

type endedID struct {
	id    [idLen]byte
	until int64
}

// maxEnded is how many single ended sessions an entry holds; when there are
// more, all of the user's end.
const maxEnded = 256

func (v revocations) userKey(user string) string { return storeKey("user "+v.layer, user) }

// key returns where a session's end is noted.
func (v revocations) key(rec *record) string {
	if rec.user != "" {
		return v.userKey(rec.user)
	}
	return storeKey("session", string(rec.id[:]))
}

// has tells whether there is a place where the session's end would be noted.
func (v revocations) has(rec *record) bool {
	return v.store != nil && (rec.user != "" || rec.id != [idLen]byte{})
}

// ended reports whether the session has been ended.
func (v revocations) ended(ctx context.Context, rec *record) (bool, error) {
	if !v.has(rec) {
		return false, nil
	}
	entry, _, err := v.load(ctx, v.key(rec))
	if err != nil {
		return false, err
	}
	return entry.has(rec), nil
}

// has reports whether the entry ends the session.
func (entry *revocation) has(rec *record) bool {
	if entry.epoch != 0 && entry.epoch != rec.epoch {
		return true
	}
	return slices.ContainsFunc(entry.ids, func(e endedID) bool { return e.id == rec.id })
}

// epoch returns the epoch of the sessions that user begins now.
func (v revocations) epoch(ctx context.Context, user string) (uint64, error) {
	if v.store == nil || user == "" {
		return 0, nil
	}
	entry, _, err := v.load(ctx, v.userKey(user))
	return entry.epoch, err
}

// endAll ends all sessions of user.
func (v revocations) endAll(ctx context.Context, user string) error {
	if v.store == nil {
		return errNoRevocations
	}
	return v.update(ctx, v.userKey(user), (*revocation).advance)
}

// end ends one session.
func (v revocations) end(ctx context.Context, rec *record) error {
	return v.update(ctx, v.key(rec), func(entry *revocation) {
		now := time.Now()
		entry.ids = slices.DeleteFunc(entry.ids, func(e endedID) bool { return e.until < now.Unix() })
		entry.ids = append(entry.ids, endedID{rec.id, now.Add(v.life).Unix()})
		if len(entry.ids) > maxEnded {
			entry.advance()
		}
	})
}

// advance ends all sessions. The epoch is the time, so that it is new even if an
// earlier entry has been forgotten.
func (entry *revocation) advance() {
	entry.epoch = max(entry.epoch+1, uint64(time.Now().UnixNano()))
	entry.ids = nil
}

func (v revocations) load(ctx context.Context, key string) (entry revocation, version uint64, err error) {
	data, version, err := v.store.Load(ctx, key)
	if err == nil && version != 0 {
		entry, err = decodeRevocation(string(data))
	}
	return entry, version, err
}

// update changes an entry, as often as it takes.
func (v revocations) update(ctx context.Context, key string, change func(*revocation)) error {
	return swap(ctx, v.store, key, func(data string) (next []byte, until time.Time, err error) {
		var entry revocation
		if data != "" {
			if entry, err = decodeRevocation(data); err != nil {
				return nil, until, err
			}
		}
		change(&entry)
		return entry.append(nil), time.Now().Add(v.life), nil
	})
}

// swap puts in the place of what is stored under key what change makes of it, as
// often as it takes: until nobody else's change has come between. data "" is
// nothing stored; next nil leaves all as it is.
func swap(ctx context.Context, store Store, key string, change func(data string) (next []byte, until time.Time, err error)) error {
	for ctx.Err() == nil {
		data, version, err := store.Load(ctx, key)
		if err != nil {
			return err
		}
		next, until, err := change(string(data))
		if err != nil || next == nil {
			return err
		}
		version, err = store.Save(ctx, key, next, version, until)
		if err != nil || version != 0 {
			return err
		}
	}
	return ctx.Err()
}

func (entry *revocation) append(b []byte) []byte {
	b = binary.AppendUvarint(append(b, revocationForm), entry.epoch)
	b = binary.AppendUvarint(b, uint64(len(entry.ids)))
	for _, e := range entry.ids {
		b = binary.AppendUvarint(append(b, e.id[:]...), uint64(e.until))
	}
	return b
}

var errRevocation = errors.New("session: a stored revocation cannot be decoded")

// decodeRevocation fails where something else would be taken for "nothing has
// been ended".
func decodeRevocation(data string) (entry revocation, err error) {
	r := reader{data, false}
	if r.byte() != revocationForm {
		return entry, errRevocation
	}
	entry.epoch = r.uvarint()
	entry.ids = make([]endedID, r.count(idLen+1))
	for i := range entry.ids {
		copy(entry.ids[i].id[:], r.take(idLen))
		entry.ids[i].until = r.time()
	}
	if r.bad || r.s != "" {
		return revocation{}, errRevocation
	}
	return entry, nil
}
