package auth

import (
	"net/http"
	"net/url"

	"github.com/gangplank-web/gangplank"
)

// Authorizer is a handler that does nothing but say whether a request may pass,
// for a front server that serves what is asked for itself, or lets others do it.
// It stands inside of [Identify], like a page. One handler serves both:
//
//   - a FastCGI authorizer (section 6.3 of the specification: lighttpd's "mode" =>
//     "authorizer", Apache's mod_authnz_fcgi), which is given the request itself.
//     A permission carries the variables AUTH_USER, AUTH_METHOD and AUTH_ROLES for
//     whatever serves it; a refusal is what [Require] answers;
//   - nginx's auth_request, and Traefik's and Caddy's forward_auth, which send a
//     request without a body and go by the status: 200, with the fields X-Auth-User,
//     X-Auth-Method and X-Auth-Roles, 401 with the challenges, or 403. What was
//     asked for must be in the URL of that request, or is not known here. To send
//     people to the login page is then the front server's part.
//
// For nginx:
//
//	location / {
//		auth_request /auth;
//		auth_request_set $user $upstream_http_x_auth_user;
//		error_page 401 = @login;
//	}
//	location = /auth { internal; proxy_pass ...; proxy_pass_request_body off; proxy_set_header Content-Length ""; }
//	location @login { return 303 /login; }
//
// Values are percent-encoded (RFC 3986) where they have more than ASCII letters
// and digits.
func Authorizer(rules ...Rule) http.Handler {
	require := Require(rules...)
	asAuthorizer := require(http.HandlerFunc(passVariables))
	return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
		if c.Gateway().Role == "AUTHORIZER" {
			asAuthorizer.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		if err := permit(r, c.User(), rules); err != nil {
			answerFront(w, r, err)
			return
		}
		for name, value := range describe(c.User()) {
			w.Header().Set("X-Auth-"+name, value)
		}
		w.WriteHeader(http.StatusOK)
	})
}

// passVariables permits. The names of the fields keep their case, which Set would
// change.
func passVariables(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	for name, value := range describe(gangplank.From(r).User()) {
		h["Variable-AUTH_"+upper[name]] = []string{value}
	}
	w.WriteHeader(http.StatusOK)
}

var upper = map[string]string{"User": "USER", "Method": "METHOD", "Roles": "ROLES"}

// answerFront never redirects: nginx makes an error 500 of any status but these.
func answerFront(w http.ResponseWriter, r *http.Request, err error) {
	denial := forbidden
	if isLogIn(err) {
		denial = unauthorized
	}
	refuse(w, r, denial.Because(err))
}

// describe tells about id in values that nobody can break out of.
func describe(id gangplank.Identity) map[string]string {
	roles := ""
	for i, role := range id.Roles {
		if i > 0 {
			roles += ","
		}
		roles += url.PathEscape(role)
	}
	return map[string]string{"User": url.PathEscape(id.Name), "Method": id.Method, "Roles": roles}
}
