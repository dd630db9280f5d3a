package session

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gangplank-web/gangplank"
)

// MergeFunc decides what becomes of a key that two requests have changed at once:
// base is the value that both found, theirs what the other has stored, mine what
// this request wants to; nil where there is none. It returns the value to store,
// nil for none, or an error for a conflict that it cannot resolve.
type MergeFunc func(key string, base, theirs, mine any) (any, error)

// KeepMine is a MergeFunc: whoever comes last wins, for each key.
func KeepMine(_ string, _, _, mine any) (any, error) { return mine, nil }

// KeepTheirs is a MergeFunc: whoever comes first wins, for each key.
func KeepTheirs(_ string, _, theirs, _ any) (any, error) { return theirs, nil }

// AddUp is a MergeFunc for counters: what both requests have added to an int or
// int64 is added. Anything else is a conflict.
func AddUp(_ string, base, theirs, mine any) (any, error) {
	switch mine := mine.(type) {
	case int:
		return addUp(base, theirs, mine)
	case int64:
		return addUp(base, theirs, mine)
	}
	return nil, ErrConflict
}

func addUp[T int | int64](base, theirs any, mine T) (any, error) {
	b, fromNumber := base.(T)
	t, toNumber := theirs.(T)
	if !toNumber || !fromNumber && base != nil {
		return nil, ErrConflict
	}
	return t + mine - b, nil
}

// mergeInto makes the changes of this request to theirs, which is what another
// has made meanwhile of the session that both found.
func (s *Session) mergeInto(theirs *record, merge MergeFunc) error {
	base, err := decodeRecord(s.base)
	if err != nil {
		return err
	}
	for _, key := range changedKeys(&base, &s.rec) {
		if err := mergeKey(key, &base, theirs, &s.rec, merge); err != nil {
			return err
		}
	}
	if s.taken {
		theirs.flashes = without(theirs.flashes, base.flashes)
		theirs.flashes = append(theirs.flashes, s.rec.flashes...)
	} else {
		theirs.flashes = append(theirs.flashes, s.rec.flashes[len(base.flashes):]...)
	}
	return s.mergeFacts(&base, theirs)
}

// mergeFacts merges what is not values: who is bound, and for how long.
func (s *Session) mergeFacts(base, theirs *record) error {
	theirs.seen = max(theirs.seen, s.rec.seen)
	if s.rec.until != base.until {
		theirs.until = s.rec.until
	}
	mine := s.rec.user != base.user || s.rec.epoch != base.epoch || s.rec.created != base.created
	if !mine {
		return nil
	}
	if theirs.user != base.user && theirs.user != s.rec.user {
		return fmt.Errorf("%w: bound to another user", ErrConflict)
	}
	theirs.user, theirs.epoch, theirs.created = s.rec.user, s.rec.epoch, s.rec.created
	return nil
}

// changedKeys returns the keys whose values differ.
func changedKeys(base, mine *record) (keys []string) {
	for _, e := range mine.entries {
		if base.raw(e.key) != e.raw {
			keys = append(keys, e.key)
		}
	}
	for _, e := range base.entries {
		if mine.find(e.key) < 0 {
			keys = append(keys, e.key)
		}
	}
	return keys
}

// raw returns the encoding of key's value, or "".
func (rec *record) raw(key string) string {
	if i := rec.find(key); i >= 0 {
		return rec.entries[i].raw
	}
	return ""
}

func mergeKey(key string, base, theirs, mine *record, merge MergeFunc) error {
	was, is, want := base.raw(key), theirs.raw(key), mine.raw(key)
	switch {
	case is == was:
		theirs.put(key, want)
		return nil
	case is == want && agree(want):
		return nil
	case merge == nil:
		return fmt.Errorf("%w: the value of %q", ErrConflict, key)
	}
	merged, err := merge(key, plain(was), plain(is), plain(want))
	if err != nil {
		if !errors.Is(err, ErrConflict) {
			err = errors.Join(ErrConflict, err)
		}
		return fmt.Errorf("%w: the value of %q", err, key)
	}
	if merged == nil {
		theirs.put(key, "")
		return nil
	}
	raw, err := appendValue(nil, merged)
	theirs.put(key, string(raw))
	return err
}

// agree reports whether two requests that both want this mean the same. Two that
// count from 5 to 6 do not: one of the steps would be lost. Nor do two that
// append to a list.
func agree(raw string) bool {
	return raw == "" || raw[0] == tagString || raw[0] == tagFalse || raw[0] == tagTrue
}

// put stores an encoded value; "" removes it.
func (rec *record) put(key, raw string) {
	if raw == "" {
		rec.remove(key)
		return
	}
	rec.set(entry{key: key, raw: raw})
}

// plain decodes a value for a MergeFunc.
func plain(raw string) any {
	if raw == "" {
		return nil
	}
	v, _ := decodeValue(raw)
	return v
}

// without returns the messages but for those of gone, each once.
func without(messages, gone []gangplank.Flash) (rest []gangplank.Flash) {
	gone = slices.Clone(gone)
	for _, m := range messages {
		if i := slices.Index(gone, m); i >= 0 {
			gone = slices.Delete(gone, i, i+1)
			continue
		}
		rest = append(rest, m)
	}
	return rest
}
