package errorpage

import (
	"path"
	"runtime"
	"slices"
	"strings"

	"github.com/gangplank-web/gangplank/middleware/internal/stack"
)

// layers lists what a Probe has timed. Without one it has the names only, of
// those on the stack: all layers around the place where the request failed,
// unless one of them has gone on to another goroutine, as Timeout does.
func (c *collector) layers() {
	c.trace.mu.Lock()
	defer c.trace.mu.Unlock()
	for _, l := range c.trace.layers {
		c.out.Layers = append(c.out.Layers, Layer{Name: l.name, Before: l.before, Took: l.took})
	}
	if c.out.Layers == nil {
		c.out.Layers = layersOnStack()
	}
}

// maxCalls is how many calls are looked at; a layer has about five.
const maxCalls = 1024

func layersOnStack() []Layer {
	pcs := make([]uintptr, maxCalls)
	frames := stack.Frames(pcs[:runtime.Callers(1, pcs)])
	var out []Layer
	caller := ""
	for _, f := range slices.Backward(frames) {
		if name := layerName(f); isLayer(f, caller) && name != "errorpage.Probe" && len(out) < maxLayers {
			out = append(out, Layer{Name: name, Untimed: true})
		}
		caller = f.Func
	}
	return out
}

const gangplankPath = "github.com/gangplank-web/gangplank"

// isLayer recognises a layer's call, or at the end the handler's, by how those
// are called. Those that only pass the call on, and servers, are none.
func isLayer(f stack.Frame, caller string) bool {
	switch pkg := stack.Package(f.Func); {
	case path.Dir(f.File) == rootDir() && !strings.HasSuffix(f.File, "_test.go"): // so also Try's closures, inlined or not
		return false
	case pkg == "net/http", pkg == "github.com/go-chi/chi/v5", strings.HasPrefix(pkg, gangplankPath+"/adapters/"):
		return false
	}
	return strings.HasSuffix(f.Func, ".ServeHTTP") || caller == "net/http.HandlerFunc.ServeHTTP" || caller == gangplankPath+".AttachedFunc.ServeHTTP"
}

// layerName is what [gangplank.Layer] calls it: by the function that has made it.
func layerName(f stack.Frame) string {
	name := shortFunc(f.Func)
	for {
		dot := strings.LastIndexByte(name, '.')
		if dot < 0 || !isClosure(name[dot+1:]) {
			break
		}
		name = name[:dot]
	}
	if bound := strings.LastIndex(name, "-fm."); bound >= 0 { // a method value's, which was inlined
		pkg, _, _ := strings.Cut(name, ".")
		name = pkg + name[bound+len("-fm"):]
	}
	// A closure of a function that was inlined is named after where that was; its
	// file is still in its own package.
	if pkg, inlined, ok := strings.Cut(name, "."); ok && !strings.Contains(inlined, "(") && strings.Contains(inlined, ".") {
		if own, _, _ := strings.Cut(path.Base(path.Dir(f.File)), "@"); own != pkg {
			return own + inlined[strings.LastIndexByte(inlined, '.'):]
		}
	}
	return strings.TrimSuffix(name, ".ServeHTTP")
}

// isClosure recognises the compiler's names: "func1", "1", "gowrap2".
func isClosure(s string) bool {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "func"), "gowrap")
	return s != "" && strings.Trim(s, "0123456789") == ""
}
