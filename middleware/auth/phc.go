package auth

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
)

// argon2id is a password's hash and how it was made: RFC 9106, in the PHC string
// format, "$argon2id$v=19$m=19456,t=2,p=1$salt$hash".
type argon2id struct {
	memory  uint32 // KiB
	time    uint32
	threads uint8
	salt    []byte
	hash    []byte
}

// Bounds of what is read. A hash with more would be a request to stand still.
const (
	maxMemory   = 4 << 20 // KiB
	maxTime     = 1000
	maxSalt     = 64
	maxHash     = 64
	minSalt     = 8
	minHash     = 16
	maxBcrypt   = 18 // some fifteen seconds
	argonPrefix = "$argon2id$v=19$"
)

var errHash = errors.New("auth: not a hash of argon2id (PHC string) or bcrypt")

func (a argon2id) String() string {
	return fmt.Sprintf("%sm=%d,t=%d,p=%d$%s$%s", argonPrefix, a.memory, a.time, a.threads, phcBase64.EncodeToString(a.salt), phcBase64.EncodeToString(a.hash))
}

var phcBase64 = base64.RawStdEncoding.Strict()

// parseArgon2id takes only what String writes: the parameters in their order,
// without leading zeros, and no others.
func parseArgon2id(s string) (a argon2id, err error) {
	rest, ok := strings.CutPrefix(s, argonPrefix)
	parts := strings.Split(rest, "$")
	if !ok || len(parts) != 3 {
		return a, errHash
	}
	numbers := strings.Split(parts[0], ",")
	if len(numbers) != 3 {
		return a, errHash
	}
	memory, errM := phcNumber(numbers[0], "m=", maxMemory)
	time, errT := phcNumber(numbers[1], "t=", maxTime)
	threads, errP := phcNumber(numbers[2], "p=", 255)
	salt, errS := phcBase64.DecodeString(parts[1])
	hash, errH := phcBase64.DecodeString(parts[2])
	if errors.Join(errM, errT, errP, errS, errH) != nil || memory < 8*threads ||
		len(salt) < minSalt || len(salt) > maxSalt || len(hash) < minHash || len(hash) > maxHash || strings.ContainsAny(s, "\r\n") {
		return a, errHash
	}
	return argon2id{memory, time, uint8(threads), salt, hash}, nil
}

func phcNumber(s, name string, max uint64) (uint32, error) {
	digits, ok := strings.CutPrefix(s, name)
	n, err := strconv.ParseUint(digits, 10, 32)
	if !ok || err != nil || n < 1 || n > max || digits[0] < '1' || digits[0] > '9' {
		return 0, errHash
	}
	return uint32(n), nil
}

func (a argon2id) matches(password string) bool {
	got := argon2.IDKey([]byte(password), a.salt, a.time, a.memory, a.threads, uint32(len(a.hash)))
	return subtle.ConstantTimeCompare(got, a.hash) == 1
}

// checkHash reports what is wrong with a stored hash.
func checkHash(hash string) error {
	if isBcrypt(hash) {
		cost, err := bcrypt.Cost([]byte(hash))
		if err != nil || cost > maxBcrypt {
			return errHash
		}
		return nil
	}
	_, err := parseArgon2id(hash)
	return err
}

// isBcrypt knows the names that bcrypt's fixes have had: "$2a$", "$2b$" and
// Apache's "$2y$".
func isBcrypt(hash string) bool {
	return len(hash) == 60 && strings.HasPrefix(hash, "$2") && strings.IndexByte("aby", hash[2]) >= 0 && hash[3] == '$'
}
