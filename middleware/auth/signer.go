package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// SignerConfig holds the settings of [NewSigner].
type SignerConfig struct {
	_ [0]func()

	// Keys sign: the first new addresses; those made with the others are still
	// believed. At least one, each of 32 random bytes or more, for this only.
	Keys [][]byte

	// Name is the Name of the Identity that a signed address gives.
	Name string

	// Roles are that Identity's.
	Roles []string
}

// Validate reports all that is wrong with the settings.
func (cfg SignerConfig) Validate() error {
	var f settings.Faults
	if len(cfg.Keys) == 0 {
		f.Add("Keys", "there are none")
	}
	for i, key := range cfg.Keys {
		if len(key) < 32 {
			f.Add("Keys", "the one at %d has %d bytes, of at least 32", i, len(key))
		}
	}
	return f.Join()
}

// Signer makes addresses that permit by themselves, for a while, to GET what is
// there: a download for somebody who has no account. Whoever has the address may;
// it is in histories and logs.
//
// It signs the path, the mount point included, and the query, exactly as they are
// written: nothing may be added to such an address. As a [Method] it refuses, with
// 403, an address whose signature is wrong or over. It does not look at the host:
// sites that share a key share the addresses.
type Signer struct{ cfg SignerConfig }

// NewSigner returns the Method, which also signs. It panics if cfg is not valid;
// see [SignerConfig.Validate].
func NewSigner(cfg SignerConfig) *Signer {
	settings.Check("auth: SignerConfig", cfg.Validate())
	return &Signer{cfg}
}

// The end of a signed address.
const (
	signedUntil = "until="
	signature   = "&signature="
)

// Sign returns target, a path with or without a query such as gangplank.URL
// returns, signed until expires.
func (s *Signer) Sign(target string, expires time.Time) string {
	target, _, _ = strings.Cut(target, "#")
	separator := "?"
	if strings.Contains(target, "?") {
		separator = "&"
	}
	target += separator + signedUntil + strconv.FormatInt(expires.Unix(), 10)
	return target + signature + base64.RawURLEncoding.EncodeToString(sign(s.cfg.Keys[0], target))
}

func sign(key []byte, target string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("gangplank signed GET\x00" + target))
	return mac.Sum(nil)
}

// Challenge implements [Method]; there is none.
func (s *Signer) Challenge(*http.Request) string { return "" }

var (
	errSignature = errors.New("auth: wrong signature of an address")
	errNotGET    = errors.New("auth: a signed address is for GET")
	errExpired   = errors.New("auth: a signed address is over")
	badAddress   = gangplank.Error(http.StatusForbidden, "This address is not valid, or not any more.")
)

// Identify implements [Method].
func (s *Signer) Identify(r *http.Request) (gangplank.Identity, error) {
	if !strings.Contains(r.URL.RawQuery, signature) {
		return gangplank.Identity{}, nil
	}
	target := r.RequestURI
	if target == "" {
		target = r.URL.RequestURI()
	}
	if err := s.check(r.Method, target); err != nil {
		return gangplank.Identity{}, badAddress.Because(err)
	}
	return gangplank.Identity{Name: s.cfg.Name, Roles: s.cfg.Roles, Method: "signed-url", At: time.Now()}, nil
}

func (s *Signer) check(method, target string) error {
	if method != http.MethodGet && method != http.MethodHead {
		return errNotGET
	}
	at := strings.LastIndex(target, signature)
	if at < 0 {
		return errSignature
	}
	mac, err := base64.RawURLEncoding.Strict().DecodeString(target[at+len(signature):])
	if target = target[:at]; err != nil || !s.signed(target, mac) {
		return errSignature
	}
	// The signature is ours, so the end of target is what Sign wrote.
	until, err := strconv.ParseInt(target[strings.LastIndex(target, signedUntil)+len(signedUntil):], 10, 64)
	if err != nil || time.Now().Unix() >= until {
		return errExpired
	}
	return nil
}

func (s *Signer) signed(target string, mac []byte) bool {
	for _, key := range s.cfg.Keys {
		if hmac.Equal(mac, sign(key, target)) {
			return true
		}
	}
	return false
}
