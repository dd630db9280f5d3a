package auth

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// Login is the [Method] that knows who has logged in, from the request's session.
// How they prove it is another's matter: a [Form], or an OpenID provider. It reads
// the session of every request that brings one.
type Login struct{ cfg LoginConfig }

// NewLogin returns the Method. It panics if cfg is not valid; see
// [LoginConfig.Validate].
func NewLogin(cfg LoginConfig) *Login {
	settings.Check("auth: LoginConfig", cfg.Validate())
	return &Login{cfg.withDefaults()}
}

// sessionKey is where the session has it.
const sessionKey = "auth"

// loggedIn is what the session has: as JSON, since stores differ in what else
// they can keep.
type loggedIn struct {
	Name   string         `json:"name"`
	Method string         `json:"method"`
	At     int64          `json:"at"`
	Roles  []string       `json:"roles,omitempty"`
	Claims map[string]any `json:"claims,omitempty"`
	Mark   string         `json:"mark,omitempty"` // of the password's hash
}

// Challenge implements [Method]. The scheme is that of an expired draft
// (draft-broyer-http-cookie-auth): a 401 must have one, and browsers leave one
// that they do not know alone.
func (l *Login) Challenge(r *http.Request) string {
	return fmt.Sprintf(`Cookie realm="%s", form-action="%s"`, l.cfg.Realm, l.below(r, l.cfg.Path))
}

// LoginURL returns the address of the login page, from which the way leads back
// to what r has asked for.
func (l *Login) LoginURL(r *http.Request) string {
	login := l.below(r, l.cfg.Path)
	if back := here(r); back != "" && back != login {
		login += "?next=" + url.QueryEscape(back)
	}
	return login
}

// below puts the mount point before a path of the configuration.
func (l *Login) below(r *http.Request, path string) string {
	mount := url.URL{Path: gangplank.From(r).MountPoint()}
	return mount.EscapedPath() + path
}

// Return sends a user who has logged in to next, which came along with the request,
// or home if that is no path of this site.
func (l *Login) Return(w http.ResponseWriter, r *http.Request, next string) {
	path, _, _ := strings.Cut(next, "?")
	if !safeReturn(next, gangplank.From(r).MountPoint()) || path == l.below(r, l.cfg.Path) {
		next = l.below(r, l.cfg.Home)
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Location", next) // not http.Redirect's, which would clean it
	w.WriteHeader(http.StatusSeeOther)
}

// Identify implements [Method].
func (l *Login) Identify(r *http.Request) (gangplank.Identity, error) {
	session := gangplank.From(r).Session()
	text, _ := session.Get(sessionKey).(string)
	if text == "" {
		return gangplank.Identity{}, nil
	}
	var in loggedIn
	if json.Unmarshal([]byte(text), &in) != nil {
		session.Delete(sessionKey)
		return gangplank.Identity{}, nil
	}
	id := gangplank.Identity{Name: in.Name, Roles: in.Roles, Claims: in.Claims, Method: in.Method, At: time.Unix(in.At, 0)}
	if l.cfg.MaxAge > 0 && !within(id.At, l.cfg.MaxAge) {
		return gangplank.Identity{}, nil
	}
	if in.Mark == "" || l.cfg.Accounts == nil {
		return id, nil
	}
	account, err := l.cfg.Accounts.Account(r.Context(), in.Name)
	if err != nil {
		return gangplank.Identity{}, unavailable.Because(err)
	}
	if account.Name == "" || !madeOf(account.Hash, in.Mark) {
		session.Destroy()
		return gangplank.Identity{}, nil
	}
	if now := markOf(account.Hash); now != in.Mark { // it may be hashed anew once more
		in.Mark = now
		if text, err := json.Marshal(in); err == nil {
			session.Set(sessionKey, string(text))
		}
	}
	id.Roles = account.Roles
	return id, nil
}
