// Package auth finds out who sends a request, and who may.
//
// [Identify] asks one or more methods who the request comes from and puts the
// answer, a [gangplank.Identity], into the request's Context. [Require] lets only
// users pass who may. Between them can stand anything that wants to know the user.
//
//	passwords := auth.NewPasswords(auth.PasswordsConfig{Accounts: users})
//	login := auth.NewLogin(auth.LoginConfig{Accounts: users})
//
//	r.Use(errorpage.New(errorpage.Config{}), middleware.CSRF, session.New(sessions))
//	r.Use(auth.Identify(auth.NewBearer(auth.BearerConfig{Tokens: keys}), login))
//	r.Handle("/login", auth.NewForm(auth.FormConfig{Login: login, Passwords: passwords}))
//	r.Post("/logout", login.LogOut)
//	r.With(auth.Require()).Get("/", home)
//	r.With(auth.Require(auth.Role("admin"))).Get("/admin", admin)
//
// # Methods
//
//   - [Basic]: a name and a password with every request (RFC 7617);
//   - [Bearer]: tokens and API keys (RFC 6750). [Keys] holds keys; tokens in the
//     form of JWT are verified by the module middleware/auth/jwt;
//   - [Login]: the user who has logged in in this session, by a [Form] with a password, or
//     by an OpenID provider with the module middleware/auth/oidc;
//   - [Signer]: addresses that are permits themselves, for a while;
//   - [DangerouslyTrustRemoteUser]: the user whom the front server has authenticated.
//
// Another is a type with the methods of [Method].
//
// # Log-out
//
// A form that [Login.LogOut] gets ends this session; with a field "everywhere" all
// of the user's, on every device; with a field "session" one of them, such as that
// of a lost phone. The page to choose from is made with session.Session's List.
//
// # Order
//
// Inside of error pages, of what finds out the client's address
// (middleware.ClientIP: attempts are counted for addresses) and of the session;
// a login by form or cookie also inside of middleware.CSRF. Outside of whatever
// acts for the user. Identify comes before Require.
//
// # What is not protected
//
// Nothing here encrypts: Basic, Bearer and sessions are as secret as the
// connection, which has to be TLS. Attempts to log in are counted in the memory
// of the process: several processes give an attacker as many times the attempts.
// Who may see a single object is for its handler to say; a [Rule] sees only the
// request.
package auth
