package adaptertest

import (
	"io"
	"net/http"
	"slices"
)

// A Case is one row of the table: a request, a handler, and what must come of
// them.
type Case struct {
	Name string // "body/chunked": what go test's -run sees
	Doc  string // what must hold, and who says so

	except  []Difference // each of them makes the case impossible
	request request
	handler handlerFunc
	want    want
	facts   facts             // what the handler must tell
	check   func(x *exchange) // in place of request, want and facts
	ours    bool              // speaks of gangplank.Context: only for its adapters
}

type handlerFunc = func(w http.ResponseWriter, r *http.Request, p *probe)

// facts are named values as the handler told them.
type facts map[string]string

// absent is the value of a fact that must not be told, and of a field that must
// not be sent.
const absent = "(absent)"

// A request as the client sends it. The zero value is "GET / HTTP/1.1".
type request struct {
	method  string
	target  string // in origin form, below the mount
	host    string
	header  http.Header // names go out as they stand here
	body    string
	pattern int  // the body is pattern(n)
	chunked bool // the length of the body is not declared
	stream  io.Reader
	length  int64 // of stream; -1 if it is not declared
	trailer http.Header
}

// want is what the client must get. The zero value is status 200 and no body.
type want struct {
	status  int
	header  map[string]string // a list's values joined by ", "
	body    string
	pattern int  // the body is pattern(n)
	anyBody bool // the body says nothing
	length  int  // Content-Length, if not 0
	broken  bool // the answer must not look like a complete one
}

// Cases returns the table.
func Cases() []Case { return slices.Clone(table()) }

// lookup finds a case by its name.
func lookup(name string) (Case, bool) {
	if name == echo.Name {
		return echo, true
	}
	for _, c := range table() {
		if c.Name == name {
			return c, true
		}
	}
	return Case{}, false
}
