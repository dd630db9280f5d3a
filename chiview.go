package gangplank

import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

// Chi returns the Router as a chi.Router, for code that takes one. It registers
// in the same tree; its routes just have no names.
func (r *Router) Chi() chi.Router { return chiView{r} }

// chiView is a Router whose registering methods return what chi's do.
type chiView struct{ *Router }

func (v chiView) With(m ...func(http.Handler) http.Handler) chi.Router {
	return chiView{v.Router.With(m...)}
}

func (v chiView) Group(fn func(r chi.Router)) chi.Router {
	return chiView{v.Router.Group(func(r *Router) {
		if fn != nil {
			fn(chiView{r})
		}
	})}
}

func (v chiView) Route(pattern string, fn func(r chi.Router)) chi.Router {
	return chiView{v.Router.Route(pattern, func(r *Router) { fn(chiView{r}) })}
}

func (v chiView) Mount(pattern string, h http.Handler)          { v.Router.Mount(pattern, h) }
func (v chiView) Handle(pattern string, h http.Handler)         { v.Router.Handle(pattern, h) }
func (v chiView) HandleFunc(pattern string, h http.HandlerFunc) { v.Router.Handle(pattern, h) }
func (v chiView) Method(method, pattern string, h http.Handler) { v.Router.Method(method, pattern, h) }
func (v chiView) MethodFunc(method, pattern string, h http.HandlerFunc) {
	v.Router.Method(method, pattern, h)
}
func (v chiView) Connect(pattern string, h http.HandlerFunc) { v.Router.Connect(pattern, h) }
func (v chiView) Delete(pattern string, h http.HandlerFunc)  { v.Router.Delete(pattern, h) }
func (v chiView) Get(pattern string, h http.HandlerFunc)     { v.Router.Get(pattern, h) }
func (v chiView) Head(pattern string, h http.HandlerFunc)    { v.Router.Head(pattern, h) }
func (v chiView) Options(pattern string, h http.HandlerFunc) { v.Router.Options(pattern, h) }
func (v chiView) Patch(pattern string, h http.HandlerFunc)   { v.Router.Patch(pattern, h) }
func (v chiView) Post(pattern string, h http.HandlerFunc)    { v.Router.Post(pattern, h) }
func (v chiView) Put(pattern string, h http.HandlerFunc)     { v.Router.Put(pattern, h) }
func (v chiView) Query(pattern string, h http.HandlerFunc)   { v.Router.Query(pattern, h) }
func (v chiView) Trace(pattern string, h http.HandlerFunc)   { v.Router.Trace(pattern, h) }
