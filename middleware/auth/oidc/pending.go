package oidc

import (
	"crypto/subtle"
	"encoding/json"
	"time"

	"github.com/gangplank-web/gangplank"
)

// pending is a log-in that has begun: what the session remembers until the
// browser comes back.
type pending struct {
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"` // PKCE's
	Next     string `json:"next,omitempty"`
	At       int64  `json:"at"`
}

const sessionKey = "oidc"

// maxPending is in how many tabs a person can be about to log in.
const maxPending = 4

func loadPending(s gangplank.Session) (list []pending) {
	text, _ := s.Get(sessionKey).(string)
	_ = json.Unmarshal([]byte(text), &list) // what is broken has not begun
	return list
}

func storePending(s gangplank.Session, list []pending) {
	if len(list) == 0 {
		s.Delete(sessionKey)
		return
	}
	text, err := json.Marshal(list[max(0, len(list)-maxPending):])
	if err != nil {
		panic(err) // strings and numbers
	}
	s.Set(sessionKey, string(text))
}

// take removes and returns the log-in of that state: it can be finished once.
func take(s gangplank.Session, state string, patience time.Duration) (found pending, ok bool) {
	var rest []pending
	for _, p := range loadPending(s) {
		switch {
		case time.Since(time.Unix(p.At, 0)) > patience:
		case state != "" && subtle.ConstantTimeCompare([]byte(p.State), []byte(state)) == 1:
			found, ok = p, true
		default:
			rest = append(rest, p)
		}
	}
	storePending(s, rest)
	return found, ok
}
