package errorpage

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

const (
	maxRecord = 4 << 20 // of a file, which is read as a whole
	maxReport = 3 << 20 // of that; the occurrences have the rest
	maxShort  = 2 << 10 // of what a client may make as long as it likes
)

// encode is json.Marshal without HTML's escapes, which make six bytes of one: a
// record is no page.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

const tooLarge = "what is too large for a record"

// fit returns as much of a report as max bytes hold. One that is stored whole
// but is too large to be read again would have its error counted anew each time.
func (r *Report) fit(max int) *Report {
	if r == nil {
		return nil
	}
	for _, less := range reductions {
		if b, err := encode(r); err == nil && len(b) <= max {
			break
		}
		smaller := *r // others may be reading it
		less(&smaller)
		if !slices.Contains(smaller.Missing, tooLarge) {
			smaller.Missing = append(slices.Clip(smaller.Missing), tooLarge)
		}
		r = &smaller
	}
	return r
}

// reductions take from a report what can be as large as a client, or an error,
// makes it: first what says things twice, last what says them at all.
var reductions = []func(*Report){
	func(r *Report) {
		r.Curl, r.Logs, r.Values, r.Layers, r.Stuck, r.Hidden = "", nil, nil, nil, nil, nil
		r.Gateway.Variables, r.Gateway.Headers = nil, nil
	},
	func(r *Report) {
		q := r.Request
		r.Request = Request{
			Method: cut(q.Method, maxShort), URI: cut(q.URI, maxShort), Proto: q.Proto, Host: cut(q.Host, maxShort), Remote: cut(q.Remote, maxShort),
			ClientIP: q.ClientIP, RequestID: cut(q.RequestID, maxShort), Route: q.Route, RouteName: q.RouteName, TLS: q.TLS, Length: q.Length,
		}
	},
	func(r *Report) {
		r.Public, r.Build, r.Missing = cut(r.Public, maxShort), nil, nil
		if r.Error != nil {
			r.Error = &Cause{Type: cut(r.Error.Type, maxShort), Message: cut(r.Error.Message, maxShort)}
		}
	},
}

// cut shortens s to n bytes.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "..."
}
