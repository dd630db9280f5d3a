package session

import (
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"sync"

	"golang.org/x/crypto/chacha20poly1305"
)

// sealer seals texts so that only holders of a key can read or make them:
// XChaCha20-Poly1305, whose nonces are long enough to be drawn at random for
// ever. A sealed text is, in unpadded base64url,
//
//	id of the key | nonce | ciphertext and tag
//	      4           24        n + 16
//
// The key's id, derived from it, saves trying all keys, and is authenticated by
// being what the key is found by. The label under which a text was sealed must
// be known to open it; so a text does not serve in another's place.
type sealer struct{ keys []sealKey }

type sealKey struct {
	id   [keyIDLen]byte
	aead cipher.AEAD
}

const (
	keyIDLen   = 4
	sealPrefix = keyIDLen + chacha20poly1305.NonceSizeX
	sealExtra  = sealPrefix + chacha20poly1305.Overhead
)

// Without Strict the unused bits of the last character could be changed.
var base64url = base64.RawURLEncoding.Strict()

// newSealer makes a sealer that seals with the first key and opens with all.
func newSealer(keys []Key) *sealer {
	s := &sealer{make([]sealKey, len(keys))}
	for i := range keys {
		aead, err := chacha20poly1305.NewX(keys[i].derive("XChaCha20-Poly1305"))
		if err != nil {
			panic(err) // only for a key of another length
		}
		s.keys[i] = sealKey{keys[i].id(), aead}
	}
	return s
}

// sealedLen returns the length of n bytes when sealed.
func sealedLen(n int) int { return base64url.EncodedLen(n + sealExtra) }

// seal appends to dst, as text, what stands in buf behind its first sealPrefix
// bytes, sealed under label. It works in buf, which is overwritten.
func (s *sealer) seal(dst, buf, label []byte) []byte {
	k := &s.keys[0]
	copy(buf, k.id[:])
	nonce, plain := buf[keyIDLen:sealPrefix], buf[sealPrefix:]
	_, _ = rand.Read(nonce) // it never fails, says its documentation
	cut := k.aead.Seal(plain[:0], nonce, plain, label)
	return base64url.AppendEncode(dst, append(buf[:sealPrefix], cut...))
}

// open returns what was sealed as text under label. old says that it was not
// with the first key, and should be sealed anew.
func (s *sealer) open(text string, label []byte) (plain string, old bool, err error) {
	work := newWorkspace()
	defer work.release()
	buf := slices.Grow(work.plain, base64url.DecodedLen(len(text)))
	work.plain = buf
	n, err := decodeStrict(buf[:cap(buf)], text)
	if err != nil || n < sealExtra {
		return "", false, errMalformed
	}
	buf = buf[:n]
	i := slices.IndexFunc(s.keys, func(k sealKey) bool { return string(k.id[:]) == string(buf[:keyIDLen]) })
	if i < 0 {
		return "", false, errUnknownKey
	}
	nonce, rest := buf[keyIDLen:sealPrefix], buf[sealPrefix:]
	opened, err := s.keys[i].aead.Open(rest[:0], nonce, rest, label)
	if err != nil {
		return "", false, errForged
	}
	return string(opened), i > 0, nil
}

// workspace is memory for a text and what it is made of, both on their way: a
// string of the result is all that stays.
type workspace struct{ plain, text []byte }

var workspaces = sync.Pool{New: func() any { return new(workspace) }}

func newWorkspace() *workspace { return workspaces.Get().(*workspace) }

// release keeps the memory for another, but not that of a giant.
func (w *workspace) release() {
	if max(cap(w.plain), cap(w.text)) <= 4*maxCookie {
		w.plain, w.text = w.plain[:0], w.text[:0]
		workspaces.Put(w)
	}
}

// decodeStrict decodes text, but not with the line breaks that package base64
// lets pass: whatever is changed in a sealed text must be noticed.
func decodeStrict(dst []byte, text string) (int, error) {
	if strings.IndexByte(text, '\n') >= 0 || strings.IndexByte(text, '\r') >= 0 {
		return 0, errMalformed
	}
	return base64url.Decode(dst, []byte(text))
}

var (
	errMalformed  = errors.New("session: what was sent is not in the form of a session")
	errUnknownKey = errors.New("session: sealed with a key that is not among Keys")
	errForged     = errors.New("session: changed, or sealed for another purpose")
)
