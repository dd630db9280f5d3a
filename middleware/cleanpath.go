package middleware

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/mount"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// SlashPolicy says whether paths end with a slash.
type SlashPolicy int

const (
	KeepSlash  SlashPolicy = iota // as it comes
	StripSlash                    // "/page/" is "/page"
	AddSlash                      // "/page" is "/page/", but "/page.html" stays
)

// CleanPathConfig holds the settings of [CleanPath].
type CleanPathConfig struct {
	_ [0]func()

	// Slash is what becomes of the slash at the end. Default: KeepSlash.
	Slash SlashPolicy

	// Rewrite hands requests on with the clean path, instead of redirecting to
	// it. The same page then has many addresses.
	Rewrite bool
}

// Validate reports all that is wrong with the settings.
func (cfg CleanPathConfig) Validate() error {
	var f settings.Faults
	if cfg.Slash < KeepSlash || cfg.Slash > AddSlash {
		f.Add("Slash", "there is no SlashPolicy %d", cfg.Slash)
	}
	return f.Join()
}

// CleanPath leads requests to the one proper form of their path: no empty
// segments ("//"), no "." and "..", and a slash at the end as the settings say.
// It redirects with 308, so that POST stays POST, or rewrites the path.
//
// "." and ".." count in their encoded forms too ("%2e"), as in browsers. An encoded
// slash is data, and stays in its segment.
//
// The redirection is one to a path of this server, below the mount point: it
// never begins with two slashes, nor with a slash and a backslash, which
// browsers take for another host.
//
// It stands outside of all that decides by the path: routing, and whatever allows
// or forbids. Front servers clean paths too, but not all of them, and not alike.
func CleanPath(cfg CleanPathConfig) gangplank.Middleware {
	settings.Check("middleware.CleanPath", cfg.Validate())
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			raw := r.URL.EscapedPath()
			clean := cfg.Slash.clean(raw, r.Method)
			switch {
			case clean == raw:
				next.ServeHTTP(w, r)
			case cfg.Rewrite, raw == "": // which is nothing to be redirected for
				cleaned := withPath(r, clean)
				next.ServeHTTP(w, cleaned)
				r.MultipartForm = cleaned.MultipartForm // its files go with r
			default:
				target := mount.Point(r, gangplank.From(r)) + clean
				if r.URL.RawQuery != "" || r.URL.ForceQuery {
					target += "?" + r.URL.RawQuery
				}
				http.Redirect(w, r, target, http.StatusPermanentRedirect)
			}
		})
	}
}

// clean returns the proper form of an escaped path. That of "http://example.com" is
// the root (RFC 9110, section 4.2.3).
func (p SlashPolicy) clean(raw, method string) string {
	switch {
	case strings.HasPrefix(raw, "/"):
		return p.end(cleanPath(raw))
	case raw == "" && method != http.MethodConnect:
		return "/"
	}
	return raw // "*" is a target too, and CONNECT's has no path
}

// cleanPath cleans an escaped path, segment by segment: path.Clean would see
// neither "%2e%2e" nor the slash at the end.
func cleanPath(raw string) string {
	if !dirty(raw) {
		return raw
	}
	var kept []string
	ends := false // with a slash
	for segment := range strings.SplitSeq(raw, "/") {
		ends = true
		switch strings.ReplaceAll(strings.ToLower(segment), "%2e", ".") {
		case "", ".":
		case "..":
			kept = kept[:max(0, len(kept)-1)]
		default:
			kept, ends = append(kept, segment), false
		}
	}
	clean := "/" + strings.Join(kept, "/")
	if ends && len(kept) > 0 {
		clean += "/"
	}
	return clean
}

// dirty reports whether a path may need cleaning, without an allocation.
func dirty(raw string) bool {
	for i := range len(raw) - 1 {
		if raw[i] == '/' && (raw[i+1] == '/' || raw[i+1] == '.' || raw[i+1] == '%') {
			return true
		}
	}
	return false
}

// end applies the policy to a clean path.
func (p SlashPolicy) end(clean string) string {
	switch {
	case clean == "/":
	case p == StripSlash:
		return strings.TrimSuffix(clean, "/")
	case p == AddSlash && !strings.HasSuffix(clean, "/") && !strings.Contains(clean[strings.LastIndexByte(clean, '/'):], "."):
		return clean + "/"
	}
	return clean
}

// withPath returns a copy of r with another path, escaped.
func withPath(r *http.Request, escaped string) *http.Request {
	u := *r.URL
	if p, err := url.PathUnescape(escaped); err == nil { // it is a part of one that was valid
		u.Path, u.RawPath = p, escaped
	}
	copied := *r
	copied.URL = &u
	return &copied
}
