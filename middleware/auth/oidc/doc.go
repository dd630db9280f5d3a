// Package oidc logs people in by an OpenID Connect provider: OpenID Connect Core
// 1.0's code flow, with PKCE (RFC 7636), state and nonce, as RFC 9700 recommends
// it. It is a module of its own, on coreos/go-oidc.
//
//	login := auth.NewLogin(auth.LoginConfig{})
//	google := oidc.New(oidc.Config{
//		Issuer:       "https://accounts.google.com",
//		ClientID:     id,
//		ClientSecret: secret,
//		Origin:       "https://site.example",
//		Login:        login,
//	})
//	r.Use(session.New(sessions), auth.Identify(login))
//	r.Get("/login", google.Start)
//	r.Get("/login/callback", google.Callback)
//	r.Post("/logout", login.LogOut)
//
// Start sends the browser to the provider, and Callback, whose address the
// provider must be told beforehand, logs in whom it sends back; the way leads to
// where the person came from. The provider is looked at when the first person
// logs in, not when the program starts.
//
// It stands inside of the session, whose cookie must be SameSite=Lax, as it is by
// default: with Strict the browser does not send it when it comes back.
//
// # What is not protected
//
// A log-out here is none at the provider, nor the other way round: the next
// log-in may need no password. Whoever is known to the provider can log in; who
// may is for auth.Require, or Config.Identity, to say.
package oidc
