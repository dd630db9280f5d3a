package gangplank

import (
	"context"
	"net/http"
	"runtime"
	"strings"
)

// WatchDetached returns a context in which report is called with the name of each
// setter that somebody calls on a detached [Context], and so in vain: for lint.
func WatchDetached(ctx context.Context, report func(setter string)) context.Context {
	return context.WithValue(ctx, detachedKey{}, report)
}

type detachedKey struct{}

// inVain tells that the function so many calls above has set something that nobody
// will see.
func inVain(r *http.Request, above int) {
	report, watched := r.Context().Value(detachedKey{}).(func(string))
	if !watched {
		return
	}
	pc, _, _, _ := runtime.Caller(above)
	name := runtime.FuncForPC(pc).Name()
	report(name[strings.LastIndexByte(name, '.')+1:])
}
