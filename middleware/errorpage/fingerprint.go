package errorpage

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/stack"
)

// originFrames is how many application frames make a place in the program.
const originFrames = 3

// fingerprintOf identifies an error by its types and where it comes from:
// functions, not lines, so that it stays the same in the next build. Without a
// stack the route and the gist of the message have to do.
func (p *page) fingerprintOf(r *http.Request, err error) string {
	h := sha256.New()
	writeTypes(h, err)
	if p.writeOrigin(h, err) {
		return fingerprint(h.Sum(nil))
	}
	fmt.Fprintln(h, knownMethod(r.Method), gangplank.From(r).Pattern())
	place := fingerprint(h.Sum(nil))
	fmt.Fprintln(h, gist(r, err))
	return p.kinds.admit(place, fingerprint(h.Sum(nil)))
}

// writeTypes writes each type once for each depth: how many errors are joined may
// be the client's doing.
func writeTypes(h hash.Hash, err error) {
	seen := map[string]bool{}
	walk(err, func(e error, depth int) {
		if line := fmt.Sprintf("%d %T\n", depth, e); !seen[line] {
			seen[line] = true
			h.Write([]byte(line))
		}
	})
}

func (p *page) writeOrigin(h hash.Hash, err error) bool {
	n := 0
	for _, f := range stack.Frames(deepestStack(err)) {
		if p.application(f) && n < originFrames {
			fmt.Fprintln(h, f.Func)
			n++
		}
	}
	return n > 0
}

// knownMethod is the method, unless the client has made it up.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return ""
}

func fingerprint(sum []byte) string {
	return spell(binary.LittleEndian.Uint64(sum), fingerprintLength)
}

// kinds bounds how many errors one place makes of its messages: a gist leaves out
// what the client is seen to have sent, but a message may have it in disguise.
type kinds struct {
	mu    sync.Mutex
	known map[string]*kindsAt
}

type kindsAt struct {
	since        time.Time
	fingerprints []string
}

const (
	maxKinds  = 16
	maxPlaces = 1000
	// kindsEvery is after how long a place may have new ones.
	kindsEvery = time.Hour
)

// admit returns the fingerprint, or, if its place has too many, the place's own.
func (k *kinds) admit(place, fingerprint string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	at := k.known[place]
	if at == nil || time.Since(at.since) >= kindsEvery {
		if k.known == nil || len(k.known) >= maxPlaces {
			k.known = make(map[string]*kindsAt)
		}
		at = &kindsAt{since: time.Now()}
		k.known[place] = at
	}
	switch {
	case slices.Contains(at.fingerprints, fingerprint):
	case len(at.fingerprints) == maxKinds:
		return place
	default:
		at.fingerprints = append(at.fingerprints, fingerprint)
	}
	return fingerprint
}
