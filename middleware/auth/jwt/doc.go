// Package jwt verifies access tokens in the form of JWT (RFC 7519), with the keys
// that their issuer publishes (JWKS, RFC 7517). It is a module of its own and
// imports golang-jwt and the standard library only; a Verifier is the Tokens of
// middleware/auth:
//
//	tokens := jwt.New(jwt.Config{
//		Issuer:   "https://accounts.example",
//		Audience: "https://api.example",
//		JWKS:     "https://accounts.example/jwks.json",
//	})
//	r.Use(auth.Identify(auth.NewBearer(auth.BearerConfig{Tokens: tokens, RolesClaim: "scope"})))
//
// A token must have been issued by Issuer, for Audience, to a subject, and must
// end; the algorithm must be one of those permitted and fit the key (RFC 8725).
// "none" never is.
//
// When the issuer changes its keys, the first token with a new one makes the
// Verifier fetch them again, though not for every invented name of a key. While
// the issuer cannot be reached, the keys that are known go on to count, for a day.
//
// # What is not protected
//
// Whoever has somebody else's token is that somebody until it ends: a JWT cannot be
// taken back. Issue them for minutes.
package jwt
