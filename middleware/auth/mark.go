package auth

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
)

// A session has the mark of the hash with which it began: another hash is another
// password, and ends the session. A hash made anew of the same password, for its
// settings were of old, has the sum of the one before as its salt, so that the
// mark of that is found in it. As a salt it is as good as the one before, which is
// in it: as long, unknown without the old hash, and never twice.

const markLen = 12

// markOf changes with the hash, and says nothing about it.
func markOf(hash string) string {
	sum := markSum(hash)
	return encodeMark(sum[:])
}

func markSum(hash string) [sha256.Size]byte {
	return sha256.Sum256([]byte("gangplank auth mark\x00" + hash))
}

func encodeMark(sum []byte) string { return base64.RawURLEncoding.EncodeToString(sum[:markLen]) }

// madeOf reports whether the mark is that of the hash, or of the one of which it
// was made anew.
func madeOf(hash, mark string) bool {
	if equal(markOf(hash), mark) {
		return true
	}
	a, err := parseArgon2id(hash)
	return err == nil && len(a.salt) == saltLen && equal(encodeMark(a.salt), mark)
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
