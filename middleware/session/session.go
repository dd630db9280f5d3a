package session

import (
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gangplank-web/gangplank"
)

// Session is a request's session: what [gangplank.Context.Session] returns
// inside of this package's middleware, and more. Its methods may be called from
// several goroutines at once.
//
// Values are kept as what they are if they are booleans, numbers, strings,
// []byte, time.Time, time.Duration, []string or map[string]string, and as [JSON]
// otherwise; with a Carrier they are what it makes of them. What a session
// returns is not to be changed: only Set changes a session.
type Session struct {
	layer *layer
	r     *http.Request

	mu     sync.Mutex
	used   bool // it has been loaded, or it was tried
	over   bool // the head is out, or going out: changes come too late
	late   bool // one did
	failed error
	now    int64 // when it was loaded, Unix seconds

	rec  record
	at   place  // where it was found; the zero place is nowhere
	base string // the record as it was found, encoded

	sent      bool          // the request brought a cookie of our name
	dirty     bool          // to be saved
	renew     bool          // under another id
	taken     bool          // the flashes that were found are
	cookie    bool          // to be sent although the id stays
	stale     bool          // the session named by the cookie has moved to another id
	migrated  bool          // from an older kind, which must not come back
	destroyed bool          // Destroy was called
	enlist    bool          // what the user's list says of it is not true any more
	ended     *endedSession // by Destroy, if there was one
	carried   func(w http.ResponseWriter, values map[string]any, cookie http.Cookie) error

	// What most requests need, to be allocated at once.
	room   [4]entry
	fields [3][1]string
}

// endedSession is what a session was before Destroy.
type endedSession struct {
	at  place
	rec record
}

// place is where a session is kept. A session in a cookie has a version only.
type place struct {
	id, key string
	version uint64
}

func (p place) known() bool { return p != place{} }

var _ gangplank.Session = (*Session)(nil)

// From returns the request's session with all its methods. It panics outside of
// this package's middleware.
func From(r *http.Request) *Session {
	s, ok := gangplank.From(r).Session().(*Session)
	if !ok {
		panic("session: From: the handler is not inside the middleware session.New")
	}
	return s
}

// Get returns the value under key as a T, or T's zero value if there is none, or
// one of another type.
func Get[T any](s gangplank.Session, key string) T {
	v, _ := Lookup[T](s, key)
	return v
}

// Lookup is Get that tells whether there was a T.
func Lookup[T any](s gangplank.Session, key string) (T, bool) {
	v := s.Get(key)
	if t, ok := v.(T); ok {
		return t, true
	}
	var t T
	if j, ok := v.(JSON); ok && json.Unmarshal(j, &t) == nil {
		return t, true
	}
	return *new(T), false
}

// use loads the session on first use. s.mu is held.
func (s *Session) use() {
	if s.used {
		return
	}
	s.used = true
	s.now = time.Now().Unix()
	s.rec.created = s.now
	if s.layer.opened.Get(s.r) == s.layer.over {
		s.over = true
	} else {
		s.layer.opened.Set(s.r, s)
	}
	switch s.failed = s.layer.keeper.load(s); {
	case s.failed != nil && s.over: // else the answer says so
		s.log().Error("session not loaded", "error", s.failed)
	case s.failed == nil && !s.at.known():
		s.migrate()
	}
}

// adopt makes rec, found at p, the session.
func (s *Session) adopt(rec record, p place, data string) { s.rec, s.at, s.base = rec, p, data }

// changed notes that there is something to save.
func (s *Session) changed() {
	s.dirty = true
	if s.over && !s.late {
		s.late = true
		s.log().Warn("session changed too late: the response head is out, or the handler has panicked", target(s.r))
	}
}

// Get returns the value under key, or nil.
func (s *Session) Get(key string) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.use()
	if i := s.rec.find(key); i >= 0 {
		return s.value(&s.rec.entries[i])
	}
	return nil
}

func (s *Session) value(e *entry) any {
	v, err := e.get()
	if err != nil {
		s.log().Warn("session value dropped", "key", e.key, "error", err)
	}
	return v
}

// Set stores value under key; nil deletes. It panics if value is of a type that
// neither this package nor encoding/json can encode. Set to what is there
// already changes nothing.
func (s *Session) Set(key string, value any) {
	if value == nil {
		s.Delete(key)
		return
	}
	e, err := s.layer.entry(key, value)
	if err != nil {
		panic(fmt.Sprintf("session: Set(%q): cannot store a %T: %v", key, value, err))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.use()
	if i := s.rec.find(key); i < 0 || !s.rec.entries[i].same(&e) {
		s.rec.set(e)
		s.changed()
	}
}

// entry makes an entry of a value that is not nil. Encoded at once it is what it
// is now, whatever becomes of the map or slice that it may be.
func (l *layer) entry(key string, value any) (entry, error) {
	if !l.keeper.encodes() {
		return entry{key: key, value: value}, nil
	}
	var room [128]byte
	if raw, ok := appendScalar(room[:0], value); ok {
		return entry{key, string(raw), value}, nil
	}
	raw, err := appendValue(nil, value)
	return entry{key, string(raw), value}, err
}

// Delete removes the value under key.
func (s *Session) Delete(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.use()
	if s.rec.remove(key) {
		s.changed()
	}
}

// All yields all keys and values, in no particular order.
func (s *Session) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		s.mu.Lock()
		s.use()
		entries := slices.Clone(s.rec.entries)
		s.mu.Unlock()
		for i := range entries {
			if v := s.value(&entries[i]); v != nil && !yield(entries[i].key, v) {
				return
			}
		}
	}
}

// Flash leaves a message for the next page that calls Flashes.
func (s *Session) Flash(message string, kind ...string) {
	f := gangplank.Flash{Message: message}
	if len(kind) > 0 {
		f.Kind = kind[0]
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.use()
	s.rec.flashes = append(s.rec.flashes, f)
	s.changed()
}

// Flashes returns the messages left and removes them.
func (s *Session) Flashes() []gangplank.Flash {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.use()
	flashes := s.rec.flashes
	if len(flashes) > 0 {
		s.rec.flashes, s.taken = nil, true
		s.changed()
	}
	return flashes
}
