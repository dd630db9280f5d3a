package main

import (
	"context"
	"crypto/subtle"
	"net/http"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/gzhttp"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/auth"
	"github.com/gangplank-web/gangplank/middleware/compress"
	"github.com/gangplank-web/gangplank/middleware/session"
	"github.com/gangplank-web/gangplank/middleware/session/filestore"
)

const (
	guest    = "guest"
	password = "stowaway"
)

var stores = map[string]func() (session.Store, error){
	"memory": func() (session.Store, error) { return session.NewMemory(1 << 20), nil },
	"files": func() (session.Store, error) {
		return filestore.Open(filestore.Config{Dir: filepath.Join(os.TempDir(), "stack-sessions")})
	},
}

// minSize makes small pages worth it, to be seen.
const minSize = 100

var compressors = map[string]func() (gangplank.Middleware, error){
	"gangplank": func() (gangplank.Middleware, error) { return compress.New(compress.Config{MinSize: minSize}), nil },
	"gzhttp":    byGzhttp,
	"none":      func() (gangplank.Middleware, error) { return func(h http.Handler) http.Handler { return h }, nil },
}

// byGzhttp is a middleware that knows nothing of Gangplank.
func byGzhttp() (gangplank.Middleware, error) {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(minSize))
	return func(h http.Handler) http.Handler { return wrap(h) }, err
}

var methods = map[string]func() (auth.Method, error){"passwords": passwords, "byhand": func() (auth.Method, error) { return byHand{}, nil }}

// passwords is Basic authentication with what comes with it: hashes, and a
// throttle for who guesses.
func passwords() (auth.Method, error) {
	hash, err := auth.NewHasher(auth.HasherConfig{}).Hash(context.Background(), password)
	if err != nil {
		return nil, err
	}
	return auth.NewBasic("stack", auth.NewPasswords(auth.PasswordsConfig{Accounts: one{Name: guest, Hash: hash}})), nil
}

// one is all the accounts that there are.
type one auth.Account

func (o one) Account(_ context.Context, name string) (auth.Account, error) {
	if name != o.Name {
		return auth.Account{}, nil
	}
	return auth.Account(o), nil
}

// byHand is the same in a few lines, for a secret that nobody can guess.
type byHand struct{}

func (byHand) Challenge(*http.Request) string { return `Basic realm="stack", charset="UTF-8"` }

func (byHand) Identify(r *http.Request) (gangplank.Identity, error) {
	name, given, ok := r.BasicAuth()
	switch {
	case !ok:
		return gangplank.Identity{}, nil
	case name != guest || subtle.ConstantTimeCompare([]byte(given), []byte(password)) != 1:
		return gangplank.Identity{}, auth.ErrWrongPassword
	}
	return gangplank.Identity{Name: name, Method: "byhand"}, nil
}
