package middleware

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/hostname"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// CSRF refuses, with 403, requests that another site made a browser send
// (cross-site request forgery). It is [http.CrossOriginProtection]: no tokens, no
// cookies. GET, HEAD and OPTIONS always pass, so handlers must not change
// anything on those. So do requests that no browser has sent.
//
// Browsers tell by Sec-Fetch-Site where a request comes from, but only over TLS
// and on localhost. Otherwise Origin is compared with Host, which therefore must
// be what the browser's address bar shows. Debian's nginx drops the port from it
// (fastcgi_param HTTP_HOST $host); our gateways put it back from
// SERVER_PORT. Where that is not the port that the browser uses (a container's,
// a second proxy's), or an HTTP proxy is configured with "proxy_set_header Host
// $host" on another port than 80, configure $http_host there, or
// name the origin: see [CSRFWith].
//
// It stands inside of error pages, outside of sessions and whatever acts on
// requests; inside of what changes methods, such as an override by form field. It
// does not protect from scripts on one's own pages (XSS).
func CSRF(next http.Handler) http.Handler { return plainCSRF(next) }

var plainCSRF = CSRFWith(CSRFConfig{})

// CSRFConfig holds the settings of [CSRFWith].
type CSRFConfig struct {
	_ [0]func()

	// TrustedOrigins may send any request, as "https://example.com" or
	// "http://192.0.2.1:8081": the origins of this site where Host does not tell,
	// and of other sites that are as trustworthy as this one. Each is named: there is
	// no wildcard.
	TrustedOrigins []string

	// DangerouslyBypass names patterns of [http.ServeMux], such as "POST /hook",
	// whose requests are not checked. Danger: their handlers must not rely on
	// cookies or anything else that a browser adds by itself.
	DangerouslyBypass []string
}

// Validate reports all that is wrong with the settings.
func (cfg CSRFConfig) Validate() error {
	_, err := cfg.protection()
	return err
}

// CSRFWith is [CSRF] with settings.
func CSRFWith(cfg CSRFConfig) gangplank.Middleware {
	protection, err := cfg.protection()
	settings.Check("middleware.CSRFWith", err)
	refused := gangplank.Error(http.StatusForbidden, "This request seems to come from another site, and was not carried out.")
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := protection.Check(r); err != nil {
				gangplank.Fail(w, r, refused.Because(fmt.Errorf("%w (Origin %s, Host %s)", err, clean(r.Header.Get("Origin")), clean(r.Host))))
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

func (cfg CSRFConfig) protection() (*http.CrossOriginProtection, error) {
	var f settings.Faults
	p := http.NewCrossOriginProtection()
	for _, origin := range cfg.TrustedOrigins {
		err := validOrigin(origin)
		if err == nil {
			err = p.AddTrustedOrigin(origin)
		}
		if err != nil {
			f.Add("TrustedOrigins", "%w", err)
		}
	}
	for _, pattern := range cfg.DangerouslyBypass {
		if err := addBypass(p, pattern); err != nil {
			f.Add("DangerouslyBypass", "%w", err)
		}
	}
	return p, f.Join()
}

// validOrigin finds what net/http lets pass and no browser ever sends: origins
// are compared byte by byte with their serialization (RFC 6454, section 6.2).
func validOrigin(origin string) error {
	u, err := url.Parse(origin)
	invalid := func(why string) error { return fmt.Errorf("invalid origin %q: %s", origin, why) }
	switch {
	case err != nil:
		return fmt.Errorf("invalid origin %q: %w", origin, err)
	case u.User != nil:
		return errors.New("invalid origin: it has a user name")
	case origin != strings.ToLower(origin):
		return invalid("browsers write it in lower case")
	case u.Scheme == "ftp" || u.Scheme == "ws" || u.Scheme == "wss" || u.Scheme == "file":
		return invalid("no page has an origin of this scheme")
	case u.Scheme == "http" && u.Port() == "80", u.Scheme == "https" && u.Port() == "443":
		return invalid("browsers leave the scheme's own port out")
	case strings.HasSuffix(u.Host, ":"), u.Port() != "" && !hostname.IsPort(u.Port()):
		return invalid("browsers write no such port")
	case strings.Contains(u.Host, "*"):
		return invalid("each origin has to be named, there is no wildcard")
	case u.Host != "" && !isOriginHost(strings.TrimSuffix(u.Host, ":"+u.Port())):
		return invalid("browsers write no such host, but names in their xn-- form and addresses in their shortest")
	}
	return nil
}

// isOriginHost reports whether a browser can write a host into an origin. There the
// dot at the end of a name that is whole stays.
func isOriginHost(host string) bool {
	return hostname.IsAddress(host) || hostname.IsName(strings.TrimSuffix(host, "."))
}

// addBypass makes an error of the panic with which a pattern is refused.
func addBypass(p *http.CrossOriginProtection, pattern string) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%q: %v", pattern, v)
		}
	}()
	p.AddInsecureBypassPattern(pattern)
	return nil
}
