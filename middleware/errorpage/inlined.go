package errorpage

import (
	"net/http"
	"path"
	"reflect"
	"runtime"
	"strings"
	"sync"

	"github.com/gangplank-web/gangplank/middleware/internal/stack"
)

// standardDir is where the standard library's files lie, with a slash at its end;
// empty in a program that was built with -trimpath.
var standardDir = sync.OnceValue(func() string {
	file, _ := runtime.FuncForPC(reflect.ValueOf(http.StripPrefix).Pointer()).FileLine(0)
	dir, _ := strings.CutSuffix(file, "net/http/server.go")
	return dir
})

// ofStandardLibrary recognises closures that were inlined into the program, such as
// http.StripPrefix's: they are named after its functions, and have their own files.
func (p *page) ofStandardLibrary(file string) bool {
	if dir := standardDir(); dir != "" {
		return strings.HasPrefix(file, dir)
	}
	return stack.Standard(path.Dir(file)) && !within(path.Dir(file), p.sources.Main())
}
