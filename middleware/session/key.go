package session

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// Key is a secret of 32 random bytes, with which sessions in cookies are sealed.
// It does not show itself when it is printed or logged.
type Key [32]byte

// NewKey returns a new random Key. A program that makes one at each start loses
// its sessions at each start: make one once, with [Key.Secret], and keep it.
func NewKey() (k Key) {
	_, _ = rand.Read(k[:]) // it never fails, says its documentation
	return k
}

// Secret returns the key as text that [ParseKeys] reads.
func (k Key) Secret() string { return base64.StdEncoding.EncodeToString(k[:]) }

// Format hides the key from every verb of package fmt.
func (Key) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("session.Key(secret)")) }

// LogValue hides the key from package slog.
func (Key) LogValue() slog.Value { return slog.StringValue("session.Key(secret)") }

// MarshalText refuses, so that no dump of a configuration holds the key.
func (Key) MarshalText() ([]byte, error) {
	return nil, errors.New("session: a Key is not written out but by Secret")
}

// ParseKeys reads keys from a text, such as a file: one on each line, in base64
// (of either alphabet) or hexadecimal, the newest first. Empty lines and lines
// with # are for people. "openssl rand -base64 32" makes a key.
func ParseKeys(text string) (keys []Key, err error) {
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		k, ok := parseKey(line)
		if !ok { // the line is a secret, or nearly: do not show it
			return nil, fmt.Errorf("session: ParseKeys: line %d is not 32 bytes in base64 or hexadecimal", n)
		}
		keys = append(keys, k)
	}
	return keys, nil
}

func parseKey(line string) (k Key, ok bool) {
	if len(line) == hex.EncodedLen(len(k)) {
		n, err := hex.Decode(k[:], []byte(line))
		return k, err == nil && n == len(k)
	}
	line = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(line, "="))
	b, err := base64.RawStdEncoding.Strict().DecodeString(line)
	return k, err == nil && copy(k[:], b) == len(k) && len(b) == len(k)
}

// id names the key in what it has sealed. It says nothing about the key.
func (k *Key) id() (id [keyIDLen]byte) {
	copy(id[:], k.derive("key id"))
	return id
}

// derive makes a key for one purpose, so that no secret serves two.
func (k *Key) derive(purpose string) []byte {
	m := hmac.New(sha256.New, k[:])
	m.Write([]byte("gangplank session 1: " + purpose))
	return m.Sum(nil)
}
