package gangplank

import (
	"net/http"
	"path"
	"reflect"
	"runtime"
	"slices"
	"strings"
)

// Middleware is a layer around a handler, in the form that all of net/http's
// world uses. It is an alias, so any func(http.Handler) http.Handler is one.
type Middleware = func(http.Handler) http.Handler

// Chain is an immutable list of middleware, the outermost first. Its layers know
// their names, which error pages and lint show. The zero Chain is empty.
//
//	site := gangplank.NewChain(middleware.RequestID, middleware.Logger(nil))
//	h := site.Append(compress.New(compress.Config{})).Then(mux)
type Chain struct{ layers []Layer }

// Layer is one middleware of a chain or Router and its name.
type Layer struct {
	Name       string
	Middleware Middleware
}

// NewChain makes a Chain, the outermost layer first. A nil layer panics.
func NewChain(layers ...Middleware) Chain { return Chain{}.Append(layers...) }

// Append returns a new Chain with layers further inside. c stays as it is.
func (c Chain) Append(layers ...Middleware) Chain {
	return Chain{append(slices.Clip(c.layers), named(layers)...)}
}

// Named is Append for one layer whose name its function does not tell.
func (c Chain) Named(name string, m Middleware) Chain {
	return Chain{append(slices.Clip(c.layers), Layer{name, m})}
}

// Extend returns a new Chain of c and, inside it, d.
func (c Chain) Extend(d Chain) Chain {
	return Chain{append(slices.Clip(c.layers), d.layers...)}
}

// Then puts the chain around h; nil means http.DefaultServeMux, as in net/http.
func (c Chain) Then(h http.Handler) http.Handler {
	if h == nil {
		h = http.DefaultServeMux
	}
	for _, layer := range slices.Backward(c.layers) {
		h = layer.Middleware(h)
	}
	return h
}

// ThenFunc is Then for a function.
func (c Chain) ThenFunc(f http.HandlerFunc) http.Handler { return c.Then(f) }

// Middleware returns the whole chain as one middleware.
func (c Chain) Middleware() Middleware { return c.Then }

// Layers returns the chain's layers, the outermost first.
func (c Chain) Layers() []Layer { return slices.Clone(c.layers) }

// Around returns a new Chain in which f has replaced each layer, under its old
// name: to put a probe, such as lint or a timer, between all layers.
func (c Chain) Around(f func(Layer) Middleware) Chain {
	layers := make([]Layer, len(c.layers))
	for i, layer := range c.layers {
		layers[i] = Layer{layer.Name, f(layer)}
	}
	return Chain{layers}
}

func named(middlewares []Middleware) []Layer {
	layers := make([]Layer, len(middlewares))
	for i, m := range middlewares {
		if m == nil {
			panic("gangplank: nil middleware in chain")
		}
		layers[i] = Layer{funcName(m), m}
	}
	return layers
}

// funcName names a middleware by its function: "middleware.RequestID",
// "session.New", "compress.(*Config).Handler".
func funcName(m Middleware) string {
	fn := runtime.FuncForPC(reflect.ValueOf(m).Pointer())
	name := fn.Name()
	name = strings.TrimSuffix(name[strings.LastIndexByte(name, '/')+1:], "-fm") // a method value
	maker := name
	for { // a closure: the function that made it
		i := strings.LastIndexByte(maker, '.')
		if i < 0 || !isClosure(maker[i+1:]) || !strings.Contains(maker[:i], ".") {
			break
		}
		maker = maker[:i]
	}
	if maker == name {
		return name
	}
	// Where the maker was inlined, the compiler names the closure after the
	// caller ("main.main.New.func1"); only the file still tells the package.
	file, _ := fn.FileLine(fn.Entry())
	pkg, _, _ := strings.Cut(path.Base(path.Dir(file)), "@")
	if method := strings.Index(maker, ".("); method >= 0 {
		return pkg + maker[method:]
	}
	return pkg + maker[strings.LastIndexByte(maker, '.'):]
}

// isClosure recognises the compiler's names: "func1", "1", "gowrap2".
func isClosure(s string) bool {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "func"), "gowrap")
	return s != "" && strings.Trim(s, "0123456789") == ""
}
