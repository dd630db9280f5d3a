// Package gangplank is a middleware-centric microframework around plain
// http.Handlers: a thin router over chi, a composable middleware chain, and
// (in the packages below adapters) servers that put the same handler behind
// CGI, FastCGI, SCGI, AJP, uwsgi or plain HTTP.
//
// # Handlers
//
// A handler is an http.Handler. What is known about the request beyond
// *http.Request is in its [Context], which a handler reads with [From]:
//
//	func show(w http.ResponseWriter, r *http.Request) error {
//		c := gangplank.From(r)
//		c.Logger().Info("page", "user", c.User().Name)
//		p, err := store.Page(r.Context(), r.PathValue("name"))
//		if errors.Is(err, ErrNoPage) {
//			return gangplank.Error(http.StatusNotFound, "There is no such page yet.").Because(err)
//		}
//		...
//	}
//
// [Try] turns such a function into an http.HandlerFunc: the error's public text
// reaches the client through the nearest error renderer, its cause only the log.
//
// # Middleware
//
// A middleware is a func(http.Handler) http.Handler, ours or anybody's. One that
// wants the request's Context, or to act just before the response head goes out,
// is written with [AttachedFunc]:
//
//	func Version(next http.Handler) http.Handler {
//		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, c *gangplank.Context) {
//			w.BeforeHead(func(status int, h http.Header) { h.Set("X-Version", version) })
//			next.ServeHTTP(w, r)
//		})
//	}
//
// The first such layer, or the adapter, attaches a Context to the request and
// puts one [Writer] around the response: one allocation a request, however many
// layers follow. It works under any net/http server and between any other
// middleware.
//
// # Mounting
//
// As in WSGI, URL.Path is the path below the mount point (the CGI script, the
// FastCGI prefix, the argument of http.StripPrefix) and the mount point itself is
// kept apart. [URL] and [Redirect] put it back, so the same program works at
// /cgi-bin/wiki.cgi/ and at /.
package gangplank
