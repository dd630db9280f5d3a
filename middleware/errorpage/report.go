package errorpage

import "time"

// Report is all that is known about a failure, with secrets masked: nothing in it
// has to be kept from whoever may see the program's source. The development page,
// its Markdown and text forms and the stored records are all made from one.
type Report struct {
	ID          string    `json:"id"`
	Fingerprint string    `json:"fingerprint"`
	Time        time.Time `json:"time"`
	Status      int       `json:"status"`
	Public      string    `json:"public"`   // what the client is told
	Response    string    `json:"response"` // what became of it
	Error       *Cause    `json:"error"`

	Request    Request  `json:"request"`
	Values     []Field  `json:"values,omitempty"` // attached by With
	Logs       []Log    `json:"logs,omitempty"`
	Layers     []Layer  `json:"layers,omitempty"`
	Gateway    Gateway  `json:"gateway"`
	Process    []Field  `json:"process,omitempty"` // its environment; not stored
	Build      []Field  `json:"build,omitempty"`
	Goroutines []Group  `json:"goroutines,omitempty"` // not stored
	Stuck      []Group  `json:"stuck,omitempty"`      // the request's own, after a time-out
	Hidden     []Hidden `json:"hidden,omitempty"`     // what was masked, and why
	Missing    []string `json:"missing,omitempty"`    // what could not be found out, or had no room
	Curl       string   `json:"curl,omitempty"`
}

// Cause is an error of the tree.
type Cause struct {
	Type    string   `json:"type"`
	Message string   `json:"message"`
	Fields  []Field  `json:"fields,omitempty"` // its exported fields, and values of Trace
	Stack   []Frame  `json:"stack,omitempty"`
	Causes  []*Cause `json:"causes,omitempty"`
}

// Frame is one call.
type Frame struct {
	Func    string `json:"func"`
	File    string `json:"file"` // on this machine, if it is known
	Line    int    `json:"line"`
	Kind    string `json:"kind"` // "application", "module" or "standard"
	Source  []Line `json:"source,omitempty"`
	Editor  string `json:"editor,omitempty"` // a link
	Created bool   `json:"created,omitempty"`
}

// Line is a line of source.
type Line struct {
	N       int    `json:"n"`
	Text    string `json:"text"`
	Current bool   `json:"current,omitempty"`
}

// Field is a name and a value.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Request is the request as the program saw it.
type Request struct {
	Method    string  `json:"method"`
	URI       string  `json:"uri"`
	Proto     string  `json:"proto"`
	Host      string  `json:"host"`
	Remote    string  `json:"remote"`
	ClientIP  string  `json:"client_ip,omitempty"`
	RequestID string  `json:"request_id,omitempty"`
	User      string  `json:"user,omitempty"`
	Route     string  `json:"route,omitempty"`
	RouteName string  `json:"route_name,omitempty"`
	Mount     string  `json:"mount,omitempty"`
	TLS       string  `json:"tls,omitempty"`
	Length    int64   `json:"length"`
	Params    []Field `json:"params,omitempty"`
	Query     []Field `json:"query,omitempty"`
	Header    []Field `json:"header,omitempty"`
	Cookies   []Field `json:"cookies,omitempty"`
	Form      []Field `json:"form,omitempty"`
	FormNote  string  `json:"form_note,omitempty"`
	Session   []Field `json:"session,omitempty"`
}

// Gateway is what the interface to the front server said.
type Gateway struct {
	Interface string  `json:"interface,omitempty"`
	Software  string  `json:"software,omitempty"`
	Role      string  `json:"role,omitempty"`
	Variables []Field `json:"variables,omitempty"` // the front server's
	Headers   []Field `json:"headers,omitempty"`   // those that only repeat the client's header: HTTP_*
}

// Log is a log record of the request.
type Log struct {
	Time    time.Time `json:"time"`
	Level   string    `json:"level"`
	Message string    `json:"message"`
	Attrs   []Field   `json:"attrs,omitempty"`
}

// Layer is a middleware that the request passed.
type Layer struct {
	Name    string        `json:"name"`
	Before  time.Duration `json:"before"`
	Took    time.Duration `json:"took"`              // 0: it has not returned
	Untimed bool          `json:"untimed,omitempty"` // no Probe was there: only its name is known
}

// Group is goroutines that stand at the same place.
type Group struct {
	Count int     `json:"count"`
	IDs   []int   `json:"ids"`
	State string  `json:"state"`
	Stack []Frame `json:"stack"`
}

// Hidden says what was masked.
type Hidden struct {
	Where string `json:"where"`
	Why   string `json:"why"`
	Times int    `json:"times"`
}

const httpErrorType = "*gangplank.HTTPError"

// Title is the message in the page's head, and that of mails: what has gone
// wrong, not what the client was told of it.
func (r *Report) Title() string {
	switch e := r.Error; {
	case e == nil:
		return titleOf(r.Status)
	case e.Type == httpErrorType && len(e.Causes) == 1:
		return e.Causes[0].Message
	default:
		return e.Message
	}
}

// Chain returns the tree's errors, outermost first.
func (r *Report) Chain() []*Cause {
	var all []*Cause
	var add func(c *Cause)
	add = func(c *Cause) {
		if c != nil {
			all = append(all, c)
			for _, cause := range c.Causes {
				add(cause)
			}
		}
	}
	add(r.Error)
	return all
}
