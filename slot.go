package gangplank

import "net/http"

// Slot is a typed place in the [Context] for anybody's middleware: what a
// package would otherwise keep under a key of its own in r.Context(), at the
// price of a copy of the request.
//
//	var tenants = gangplank.NewSlot[*Tenant]("tenant")
//
//	tenants.Set(r, t)   // in the middleware
//	t := tenants.Get(r) // in the handler; nil when absent
//
// Setting allocates nothing when T is a pointer, map, channel or func; another T
// is boxed, with one allocation. Slots are made
// once, as package variables.
type Slot[T any] struct{ *slotKey }

type slotKey struct{ name string }

// NewSlot makes a Slot. name is for people: two Slots of one name are two Slots.
func NewSlot[T any](name string) Slot[T] { return Slot[T]{&slotKey{name}} }

// String returns the Slot's name.
func (s Slot[T]) String() string { return s.name }

// Get returns what was set for the request, or T's zero value.
func (s Slot[T]) Get(r *http.Request) T {
	v, _ := s.Lookup(r)
	return v
}

// Lookup is Get that tells whether anything was set.
func (s Slot[T]) Lookup(r *http.Request) (value T, ok bool) {
	c := attached(r)
	if c == nil {
		return value, false
	}
	f := c.get()
	defer c.mu.Unlock()
	value, ok = f.slots.get(s.slotKey).(T)
	return value, ok
}

// Set sets the value for the request, and does nothing when it carries no
// Context.
func (s Slot[T]) Set(r *http.Request, value T) { s.swap(r, value) }

// Swap is Set for a layer that puts back what an outer one had set: it returns
// what Get did before.
func (s Slot[T]) Swap(r *http.Request, value T) (previous T) {
	previous, _ = s.swap(r, value).(T)
	return previous
}

func (s Slot[T]) swap(r *http.Request, value any) (previous any) {
	c := attached(r)
	if c == nil {
		inVain(r, 2)
		return nil
	}
	f := c.set()
	defer c.mu.Unlock()
	return f.slots.swap(s.slotKey, value)
}

// slots holds the few values of a request: two in place, more in a slice. A
// linear search of so few beats a map.
type slots struct {
	first [2]slotValue // without a key: free
	more  []slotValue
}

type slotValue struct {
	key   *slotKey
	value any
}

func (s *slots) find(key *slotKey) *slotValue {
	for i := range s.first {
		if s.first[i].key == key {
			return &s.first[i]
		}
	}
	for i := range s.more {
		if s.more[i].key == key {
			return &s.more[i]
		}
	}
	return nil
}

func (s *slots) get(key *slotKey) any {
	if v := s.find(key); v != nil {
		return v.value
	}
	return nil
}

func (s *slots) swap(key *slotKey, value any) (previous any) {
	v := s.find(key)
	if v == nil {
		v = s.find(nil) // a free one
	}
	if v == nil {
		s.more = append(s.more, slotValue{key, value})
		return nil
	}
	previous = v.value
	*v = slotValue{key, value}
	return previous
}
