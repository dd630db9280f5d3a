package session

import (
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"github.com/gangplank-web/gangplank"
)

// record is what is kept of a session: in a store, or sealed in a cookie. Times
// are Unix seconds.
type record struct {
	id      [idLen]byte // of a session in a cookie, which has no key in a store
	created int64       // or bound to a user, which is when the absolute time-out starts
	seen    int64       // when it was last stored
	until   int64       // the end that Remember gave it; 0: the time-outs hold
	user    string      // whose it is, by Bind
	epoch   uint64      // of that user's sessions when it was bound
	flashes []gangplank.Flash
	entries []entry // in no order
}

const idLen = 16

// entry is a value and its key. Of a loaded one only the encoding is there until
// somebody wants the value. With a Carrier, which encodes by itself, there is
// only the value.
type entry struct {
	key   string
	raw   string // encoded
	value any    // nil for not yet decoded
}

// get returns the entry's value.
func (e *entry) get() (any, error) {
	var err error
	if e.value == nil {
		e.value, err = decodeValue(e.raw)
	}
	return e.value, err
}

// same reports whether there is nothing to store when e is replaced by other.
func (e *entry) same(other *entry) bool {
	if e.raw != "" || other.raw != "" {
		return e.raw == other.raw
	}
	// With a Carrier a slice or map may be the very same, and changed.
	switch e.value.(type) {
	case bool, string, int, int64, float64:
		return e.value == other.value
	}
	return false
}

// find returns the index of key's entry, or -1. Sessions have few keys: what is
// linear here is faster than a map, up to some fifty.
func (rec *record) find(key string) int {
	for i := range rec.entries {
		if rec.entries[i].key == key {
			return i
		}
	}
	return -1
}

// set puts e in the place of the entry with its key.
func (rec *record) set(e entry) {
	if i := rec.find(e.key); i >= 0 {
		rec.entries[i] = e
		return
	}
	rec.entries = append(rec.entries, e)
}

// remove removes key's entry and reports whether there was one.
func (rec *record) remove(key string) bool {
	i := rec.find(key)
	if i >= 0 {
		rec.entries = slices.Delete(rec.entries, i, i+1)
	}
	return i >= 0
}

// expires returns when the session ends if nothing happens any more.
func (rec *record) expires(idle, absolute time.Duration) int64 {
	if rec.until > 0 {
		return rec.until
	}
	return min(rec.seen+seconds(idle), rec.created+seconds(absolute))
}

// seconds rounds up, so that no time-out becomes none.
func seconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }

// The first byte of all that is stored: what follows. As with the tags of values,
// no number is ever used for anything else.
const (
	recordForm          = 1
	movedForm      byte = 2 // in place of a record: the session has another id now
	revocationForm      = 3
	listingForm         = 4
)

// An encoded record is the byte for it, a byte that says which of the
// optional parts are there, and the parts in the order of the fields. Strings
// have their length before them, lists their number.
const (
	hasID      = 1
	hasUntil   = 2
	hasUser    = 4
	hasFlashes = 8
	hasAll     = hasID | hasUntil | hasUser | hasFlashes
)

// size estimates the length of the encoded record.
func (rec *record) size() int {
	n := 64 + len(rec.user)
	for _, f := range rec.flashes {
		n += 4 + len(f.Kind) + len(f.Message)
	}
	for _, e := range rec.entries {
		n += 4 + len(e.key) + len(e.raw)
	}
	return n
}

func (rec *record) flags() (flags byte) {
	if rec.id != [idLen]byte{} {
		flags |= hasID
	}
	if rec.until != 0 {
		flags |= hasUntil
	}
	if rec.user != "" {
		flags |= hasUser
	}
	if len(rec.flashes) > 0 {
		flags |= hasFlashes
	}
	return flags
}

// encode returns the encoded record.
func (rec *record) encode() []byte { return rec.append(make([]byte, 0, rec.size())) }

// append appends the encoded record.
func (rec *record) append(b []byte) []byte {
	flags := rec.flags()
	b = append(b, recordForm, flags)
	b = binary.AppendUvarint(b, uint64(rec.created))
	b = binary.AppendUvarint(b, uint64(rec.seen))
	if flags&hasID != 0 {
		b = append(b, rec.id[:]...)
	}
	if flags&hasUntil != 0 {
		b = binary.AppendUvarint(b, uint64(rec.until))
	}
	if flags&hasUser != 0 {
		b = binary.AppendUvarint(appendString(b, rec.user), rec.epoch)
	}
	if flags&hasFlashes != 0 {
		b = binary.AppendUvarint(b, uint64(len(rec.flashes)))
		for _, f := range rec.flashes {
			b = appendString(appendString(b, f.Kind), f.Message)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(rec.entries)))
	for _, e := range rec.entries {
		b = appendString(appendString(b, e.key), e.raw)
	}
	return b
}

var errRecord = errors.New("session: a stored session cannot be decoded")

// decodeRecord decodes what encode has made. The record shares the memory of
// data, and its entries that of room, if they are not more.
func decodeRecord(data string, room ...entry) (rec record, err error) {
	r := reader{data, false}
	form, flags := r.byte(), r.byte()
	if form != recordForm || flags&^hasAll != 0 {
		return record{}, errRecord
	}
	rec.created, rec.seen = r.time(), r.time()
	if flags&hasID != 0 {
		copy(rec.id[:], r.take(idLen))
	}
	if flags&hasUntil != 0 {
		rec.until = r.time()
	}
	if flags&hasUser != 0 {
		rec.user, rec.epoch = r.string(), r.uvarint()
	}
	if flags&hasFlashes != 0 {
		rec.flashes = make([]gangplank.Flash, r.count(2))
		for i := range rec.flashes {
			rec.flashes[i] = gangplank.Flash{Kind: r.string(), Message: r.string()}
		}
	}
	n := r.count(3)
	rec.entries = slices.Grow(room[:0], n)[:n]
	for i := range rec.entries {
		rec.entries[i] = entry{key: r.string(), raw: r.string()}
		if rec.entries[i].raw == "" {
			r.fail()
		}
	}
	if r.bad || r.s != "" || rec.flags() != flags {
		return record{}, errRecord
	}
	return rec, nil
}

// time takes a time: not one of the far future, with which sums would overflow.
func (r *reader) time() int64 {
	n := r.uvarint()
	if n > 1<<40 {
		r.fail()
		return 0
	}
	return int64(n)
}
