package main

import (
	"fmt"
	"io"
	"net/http"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/auth"
	"github.com/gangplank-web/gangplank/middleware/session"
)

// Parts are what the site stands on. Those that can fail are made by a function.
type Parts struct {
	Router   func([]Route) http.Handler
	Sessions func() (session.Store, error)
	Compress func() (gangplank.Middleware, error)
	Renderer func() (Renderer, error)
	Auth     func() (auth.Method, error)
}

// Route is a row of the site's table. Parameters are {words} in the path, and
// handlers get at them by http.Request.PathValue.
type Route struct {
	Method, Path string
	Handler      http.Handler
}

// Renderer writes a page by a template's name.
type Renderer interface {
	Render(w io.Writer, name string, page *Page) error
}

func defaults() Parts {
	return Parts{routers["gangplank"], stores["memory"], compressors["gangplank"], renderers["template"], methods["passwords"]}
}

// Handler puts the parts together. The order matters, and not what they are:
// what compresses sees the whole answer, the user is known before a handler runs,
// and the session before that.
func (p Parts) Handler() (http.Handler, error) {
	store, err := p.Sessions()
	if err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	compress, err := p.Compress()
	if err != nil {
		return nil, fmt.Errorf("compressor: %w", err)
	}
	renderer, err := p.Renderer()
	if err != nil {
		return nil, fmt.Errorf("renderer: %w", err)
	}
	method, err := p.Auth()
	if err != nil {
		return nil, fmt.Errorf("auth: %w", err)
	}
	sessions := session.New(session.Config{Store: store, DangerouslyAllowHTTP: true}) // to be tried out without TLS
	h := p.Router(site{renderer}.routes())
	for _, layer := range []gangplank.Middleware{auth.Identify(method), sessions, middleware.CSRF, compress, middleware.RequestID} {
		h = layer(h) // the last is the outermost
	}
	return h, nil
}
