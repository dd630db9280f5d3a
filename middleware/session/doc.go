// Package session gives requests a session: loaded on first use, stored when
// changed, just before the response head goes out.
//
//	h := session.New(session.Config{Keys: keys})(mux)
//
//	s := gangplank.From(r).Session() // or session.From(r), for all methods
//	s.Set("n", session.Get[int](s, "n")+1)
//
// A request that does not touch its session costs nothing, not even a look at
// its cookies. Whatever lets the head out (Write, Flush, a redirect, a stream),
// the session is stored before; a change after that is lost, and logged. If
// storing fails the client gets an error page in place of the handler's answer; a
// Store that is down is a failure in the log once a minute, and not with each request.
// What a handler has changed that then panicked is discarded.
//
// # Where sessions are kept
//
// With a [Store] (in memory, files, SQL, Redis) the cookie holds a random id. All
// that follows is promised for these:
//
//   - The id is never one that the request brought along, Renew changes it, and
//     the store knows a hash of it only.
//   - Two requests that change one session at once are noticed: changes of
//     different keys are both kept, of the same key Config.Merge decides; without
//     it the later request fails with status 409.
//   - A session that was ended stays so: a slow request that had loaded it before
//     does not bring it back.
//   - EndAll ends all sessions of a user, at once.
//   - List finds the sessions of a user, for a page that shows them, and EndOne
//     ends one of them. Any Store can: it needs no method for it.
//
// With [Config].Keys alone the whole session is in the cookie, sealed with
// XChaCha20-Poly1305. No store is needed, but
//
//   - there is room for some 2900 bytes; more is an error that names the size;
//   - of two requests at once the later answer wins, as a whole, even if it only
//     notes that the session was used;
//   - nobody can list a user's sessions;
//   - a copy of a cookie works until its session times out, whatever Destroy and
//     Renew say, unless there are Config.Revocations. With them it ends at
//     once, at the price of asking that Store once for each request that uses its
//     session.
//
// What is in the cookie is not compressed: length would tell of content.
//
// With a [Carrier], such as a store of gorilla/sessions, a session is loaded on
// first use, written on change and has both time-outs; versions, and what follows
// from them, it cannot have, nor a list.
//
// # How long they live
//
// A session ends after [Config].Idle without use, or Config.Absolute after its
// beginning or log-in, or when [Session.Remember] says. Both are looked at by the
// server: what the browser does with the cookie is a courtesy.
//
// # Place in the chain
//
// Inside of the error page, outside of everything that uses the session, such as
// auth. One for each cookie: a second one inside of it, with another name, is the
// session from there on.
//
// # What it does not do
//
// It does not say who somebody is (package auth), nor keep other sites from
// sending requests with the visitor's cookie: SameSite=Lax stops forms of other
// sites, but not of other hosts below the same domain (middleware.CSRF).
package session
