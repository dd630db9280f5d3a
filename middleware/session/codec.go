package session

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// Codec seals values for cookies and opens them: a securecookie.Codec, for the
// Codecs of gorilla's CookieStore and FilesystemStore, and for cookies of a
// program's own. It keeps values as sessions do, and is smaller and faster than
// securecookie with gob.
//
//	store := &sessions.CookieStore{Codecs: []securecookie.Codec{session.NewCodec(keys...)}, Options: ...}
type Codec struct {
	// MaxAge is how long after its sealing a value can be opened. Default: for
	// ever. (The MaxAge of gorilla's stores does not reach a Codec but its own.)
	MaxAge time.Duration

	sealer *sealer
}

// NewCodec returns a Codec that seals with the first key and opens with all. It
// panics if there is none.
func NewCodec(keys ...Key) *Codec {
	settings.Check("session: NewCodec", Config{Keys: keys}.Validate())
	return &Codec{sealer: newSealer(keys)}
}

// CodecError is why a Codec fails. Its methods are those of securecookie.Error.
type CodecError struct {
	cause  error
	decode bool
}

// Error describes the error.
func (e *CodecError) Error() string { return e.cause.Error() }

// Unwrap returns the cause.
func (e *CodecError) Unwrap() error { return e.cause }

// Cause returns the cause.
func (e *CodecError) Cause() error { return e.cause }

// IsDecode reports whether what was to be opened is at fault.
func (e *CodecError) IsDecode() bool { return e.decode }

// IsUsage reports whether the value to be sealed is at fault.
func (e *CodecError) IsUsage() bool { return !e.decode }

// IsInternal is false.
func (e *CodecError) IsInternal() bool { return false }

// errStale is a value older than MaxAge.
var errStale = errors.New("session: sealed too long ago")

// Encode seals value under name.
func (c *Codec) Encode(name string, value any) (string, error) {
	buf := binary.AppendUvarint(make([]byte, sealPrefix, 256), uint64(time.Now().Unix()))
	buf, err := appendTop(buf, value)
	if err != nil {
		return "", &CodecError{fmt.Errorf("session: cannot encode a %T: %w", value, err), false}
	}
	return string(c.sealer.seal(nil, buf, codecLabel(name))), nil
}

// Decode opens what was sealed under name, and stores it in what dst points to.
func (c *Codec) Decode(name, value string, dst any) error {
	if err := c.decode(name, value, dst); err != nil {
		return &CodecError{err, true}
	}
	return nil
}

func (c *Codec) decode(name, value string, dst any) error {
	plain, _, err := c.sealer.open(value, codecLabel(name))
	if err != nil {
		return err
	}
	r := reader{plain, false}
	sealed := r.time()
	if r.bad {
		return errValue
	}
	if c.MaxAge > 0 && time.Now().Unix()-sealed > seconds(c.MaxAge) {
		return errStale
	}
	return decodeTop(r.s, dst)
}

// codecLabel keeps a Codec's values and the sessions of session.New apart.
func codecLabel(name string) []byte { return []byte("codec " + name) }

// tagPairs stands before what gorilla's stores seal: a map of any to any. It is
// a list of keys and values in turn.
const tagPairs = 24

func appendTop(b []byte, value any) ([]byte, error) {
	pairs, ok := value.(map[any]any)
	if !ok {
		return appendValue(b, value)
	}
	b = append(b, tagPairs)
	for key, v := range pairs {
		raw, err := appendNested(nil, key, maxDepth)
		if err != nil {
			return nil, err
		}
		if kept, _ := decodeValue(string(raw)); kept != key {
			return nil, fmt.Errorf("a key of type %T", key)
		}
		b = appendString(b, string(raw))
		if b, err = appendItem(b, v, maxDepth); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func decodeTop(raw string, dst any) error {
	if p, ok := dst.(*map[any]any); ok {
		pairs, err := decodePairs(raw)
		if err == nil {
			*p = pairs
		}
		return err
	}
	v, err := decodeValue(raw)
	if err != nil {
		return err
	}
	switch dst := dst.(type) {
	case *any:
		*dst = v
		return nil
	case *string:
		return assign(dst, v)
	case *[]byte:
		return assign(dst, v)
	}
	text, ok := v.(JSON)
	if !ok { // a value that needs no JSON, for a pointer to its own type
		if text, err = json.Marshal(v); err != nil {
			return err
		}
	}
	return text.Decode(dst)
}

func assign[T any](dst *T, v any) error {
	t, ok := v.(T)
	if !ok {
		return fmt.Errorf("session: sealed as a %T, not a %T", v, t)
	}
	*dst = t
	return nil
}

func decodePairs(raw string) (map[any]any, error) {
	if raw == "" || raw[0] != tagPairs {
		return nil, errValue
	}
	r := reader{raw[1:], false}
	pairs := map[any]any{}
	for r.s != "" {
		key, err := r.item(maxDepth)
		if err != nil || !hashable(key) {
			return nil, errValue
		}
		if pairs[key], err = r.item(maxDepth); err != nil {
			return nil, err
		}
	}
	return pairs, nil
}

// hashable reports whether v can be a map's key, and found again: of all that is
// decoded, nil, slices, maps and NaN cannot.
func hashable(v any) bool {
	switch v := v.(type) {
	case nil, []byte, JSON, []string, []any, map[string]string, map[string]any:
		return false
	case float64:
		return !math.IsNaN(v)
	case float32:
		return v == v
	}
	return true
}
