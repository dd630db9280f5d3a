package session

import (
	"cmp"
	"context"
	"encoding/binary"
	"slices"
	"time"
)

// listing is an entry of a Store with the keys of a user's sessions. It only says
// where to look: what a session is, and whether it still is, says what is stored
// under its key. It is written when a session is bound, remembered or gets another
// id, and when one ends; never by a request that only uses one.
type listing []listedKey

type listedKey struct {
	key   string
	until int64 // when the session ends at the latest
}

// maxListed bounds a listing. When it is full, what ends first is left out.
const maxListed = 200

func (l *layer) listKey(user string) string { return storeKey("list "+l.cfg.Name, user) }

// enlist lists the session, which is going to be stored under key. Listed before,
// it is not found until then; stored before, it could stay hidden.
func (k *stored) enlist(ctx context.Context, s *Session, key string) error {
	until := s.rec.until
	if until == 0 {
		until = s.rec.created + seconds(s.layer.cfg.Absolute)
	}
	return k.relist(ctx, s.layer.listKey(s.rec.user), func(list listing) listing {
		return append(list.without(key), listedKey{key, until})
	})
}

// unlist removes a session that has been ended.
func (k *stored) unlist(ctx context.Context, list, key string) error {
	return k.relist(ctx, list, func(list listing) listing { return list.without(key) })
}

func (k *stored) relist(ctx context.Context, key string, change func(listing) listing) error {
	return swap(ctx, k.store, key, func(data string) ([]byte, time.Time, error) {
		before := decodeListing(data)
		list := change(slices.Clone(before))
		if slices.Equal(list, before) {
			return nil, time.Time{}, nil
		}
		now := time.Now().Unix()
		list = slices.DeleteFunc(list, func(l listedKey) bool { return l.until <= now })
		if len(list) > maxListed {
			first := slices.MinFunc(list, earlier)
			list = list.without(first.key)
		}
		last := now // an empty one has expired
		for _, l := range list {
			last = max(last, l.until)
		}
		return list.append(nil), time.Unix(last, 0), nil
	})
}

func earlier(a, b listedKey) int { return cmp.Compare(a.until, b.until) }

// without returns the list but for key. It works in its memory.
func (list listing) without(key string) listing {
	return slices.DeleteFunc(list, func(l listedKey) bool { return l.key == key })
}

func (list listing) append(b []byte) []byte {
	b = binary.AppendUvarint(append(b, listingForm), uint64(len(list)))
	for _, l := range list {
		b = binary.AppendUvarint(appendString(b, l.key), uint64(l.until))
	}
	return b
}

// decodeListing takes what is no listing for an empty one: that hides sessions
// from a page, where an error would keep their user from logging in.
func decodeListing(data string) listing {
	r := reader{data, false}
	if r.byte() != listingForm {
		return nil
	}
	list := make(listing, r.count(2))
	for i := range list {
		list[i] = listedKey{r.string(), r.time()}
	}
	if r.bad || r.s != "" {
		return nil
	}
	return list
}
