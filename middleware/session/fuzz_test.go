package session

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank"
)

// sampleValues are one of each kind.
func sampleValues() []any {
	return []any{true, false, 1, int8(-1), int16(2), int32(-3), int64(4), uint(5), uint8(6), uint16(7), uint32(8), uint64(9),
		float32(1.5), 2.5, "text", []byte("bytes"), time.Unix(1, 2).UTC(), time.Second, []string{"a", ""}, map[string]string{"k": "v", "": ""},
		JSON(`{"a":1}`), []any{1, nil, []any{"x"}}, map[string]any{"a": nil, "b": 1}}
}

// What decodes, encodes to the same bytes: so changes can be recognised by them,
// and a value has one form only. (But for the cases below.)
func FuzzValue(f *testing.F) {
	for _, v := range sampleValues() {
		raw, err := appendValue(nil, v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		v, err := decodeValue(string(raw))
		if err != nil {
			return
		}
		again, err := appendValue(nil, v)
		if err != nil {
			t.Fatalf("%x decodes to %T %v, which does not encode: %v", raw, v, v, err)
		}
		if !bytes.Equal(raw, again) && !hasTime(raw) {
			t.Fatalf("%x decodes to %T %v, which encodes to %x", raw, v, v, again)
		}
	})
}

// hasTime reports whether a time.Time may be in raw: its own encoding has two
// forms for some zones.
func hasTime(raw []byte) bool { return bytes.IndexByte(raw, tagTime) >= 0 }

// A record is as unambiguous.
func FuzzRecord(f *testing.F) {
	rec := record{created: 1, seen: 2}
	f.Add(rec.encode())
	rec = record{id: [idLen]byte{1}, created: 1, seen: 1 << 40, until: 3, user: "ann", epoch: 4, flashes: []gangplank.Flash{{Kind: "k", Message: "m"}}}
	for i, v := range sampleValues() {
		raw, _ := appendValue(nil, v)
		rec.set(entry{key: string(rune('a' + i)), raw: string(raw)})
	}
	f.Add(rec.encode())
	f.Add(note("key"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rec, err := decodeRecord(string(data))
		if err != nil {
			return
		}
		if again := rec.encode(); !bytes.Equal(data, again) {
			t.Fatalf("%x decodes to %+v, which encodes to %x", data, rec, again)
		}
		for i := range rec.entries {
			_, _ = rec.entries[i].get()
		}
	})
}

func FuzzRevocation(f *testing.F) {
	entry := revocation{epoch: 5, ids: []endedID{{[idLen]byte{1}, 7}, {[idLen]byte{2}, 8}}}
	f.Add(entry.append(nil))
	f.Add([]byte{revocationForm, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		entry, err := decodeRevocation(string(data))
		if err != nil {
			return
		}
		if again := entry.append(nil); !bytes.Equal(data, again) {
			t.Fatalf("%x decodes to %+v, which encodes to %x", data, entry, again)
		}
	})
}

func FuzzListing(f *testing.F) {
	f.Add(listing{{"key", 7}, {"", 1 << 40}}.append(nil))
	f.Add([]byte{listingForm, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		list := decodeListing(string(data))
		if again := list.append(nil); list != nil && !bytes.Equal(data, again) {
			t.Fatalf("%x decodes to %+v, which encodes to %x", data, list, again)
		}
	})
}

// What was sealed by this version, for the user "ann" and without an end: later
// versions must open it as well.
const (
	sealedCookie = "EnqCguzlMLK_kefPLzKnptkXeG3fWHC3L9AuXzpn2h-Wo29pWn9jKF9cbeatfV5k9rHJRcCLCEmh_dDj9HoRRVY"
	sealedPairs  = "EnqCgqCMaOnfvId3_fylQ15U1coycycBUlQsOAv5RbFoPF6E56FI3UmdoABdV4AjpYbIrQ"
)

// Whatever is in a Cookie field, there is a session; and it is an empty one
// unless the cookie is one that was sent, bit by bit.
func FuzzCookie(f *testing.F) {
	h := New(Config{Keys: []Key{{1, 2, 3}}})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(Get[string](From(r), "user")))
	}))
	const pair = "__Host-session=" + sealedCookie
	get := func(field string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Cookie", field)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	if got := get(pair).Body.String(); got != "ann" {
		f.Fatalf("what was sealed once is %q", got)
	}
	f.Add(pair)
	f.Add("a=b; " + pair + " ; c=d")
	f.Add(pair[:len(pair)-1])
	f.Add(strings.Repeat("__Host-session=;", 10))
	f.Add("; ;=;__Host-session=;;")
	f.Fuzz(func(t *testing.T, field string) {
		if w := get(field); w.Code != 200 || w.Body.Len() > 0 && !strings.Contains(field, pair) {
			t.Fatalf("got %d %q", w.Code, w.Body)
		}
	})
}

// What a Codec opens was sealed by it, under that name.
func FuzzCodec(f *testing.F) {
	c := NewCodec(Key{1, 2, 3})
	var got map[any]any
	if err := c.Decode("name", sealedPairs, &got); err != nil || len(got) != 1 || got["a"] != 1 {
		f.Fatalf("what was sealed once is %v, %v", got, err)
	}
	f.Add("name", sealedPairs)
	f.Add("nam", sealedPairs)
	f.Fuzz(func(t *testing.T, name, value string) {
		if err := c.Decode(name, value, &got); err == nil && (name != "name" || value != sealedPairs) {
			t.Fatalf("%q under %q is %v", value, name, got)
		}
	})
}

// The pairs that gorilla's stores seal.
func FuzzPairs(f *testing.F) {
	raw, err := appendTop(nil, map[any]any{"a": 1})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Fuzz(func(t *testing.T, raw []byte) {
		var got map[any]any
		if decodeTop(string(raw), &got) == nil {
			if _, err := appendTop(nil, got); err != nil && !hasTime(raw) {
				t.Fatalf("%x decodes to %v, which does not encode: %v", raw, got, err)
			}
		}
		var v any
		_ = decodeTop(string(raw), &v)
	})
}
