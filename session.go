package gangplank

import (
	"iter"
	"net/http"
)

// Session is what handlers, and middleware such as auth, know of a session. The
// package middleware/session implements it; its own type has more.
//
// Nothing is loaded before the first use and nothing stored unless changed. What
// was changed is stored just before the response head goes out, so a change
// after that is lost, and reported.
type Session interface {
	// Get returns the value under key, or nil.
	Get(key string) any
	// Set stores a value under key.
	Set(key string, value any)
	// Delete removes the value under key.
	Delete(key string)
	// All yields all keys and values, in no particular order.
	All() iter.Seq2[string, any]
	// Flash leaves a message for the next page that calls Flashes. kind is the
	// application's own, such as "error"; at most one is used.
	Flash(message string, kind ...string)
	// Flashes returns the messages left and removes them.
	Flashes() []Flash
	// Renew gives the session a new id and keeps its data: at log-in and at
	// every change of privilege, against session fixation.
	Renew()
	// Destroy ends the session, here and in its store.
	Destroy()
}

// Flash is a message to be shown once, on the next page.
type Flash struct{ Kind, Message string }

// SessionOpener is a session middleware as [Context.SetSessionOpener] takes it.
// It is a pointer, and no Session itself.
type SessionOpener interface {
	// OpenSession makes the session of a request. It loads nothing and changes
	// nothing: goroutines that ask first at once may each have one made, of
	// which all then use the same.
	OpenSession(r *http.Request) Session
}

// Session returns the request's session. Without a session middleware around
// the handler it is one that is always empty, and that panics with a message
// saying so when something is to be stored in it.
func (c *Context) Session() Session {
	f := c.get()
	s := f.session
	c.mu.Unlock()
	switch s := s.(type) {
	case Session:
		return s
	case SessionOpener:
		return c.adopt(s, s.OpenSession(c.subject))
	}
	return noSession{}
}

// adopt makes opened the session, if no other goroutine was faster.
func (c *Context) adopt(opener SessionOpener, opened Session) Session {
	f := c.set()
	defer c.mu.Unlock()
	if s, ok := f.session.(Session); ok {
		return s
	}
	if f.session == any(opener) {
		f.session = opened
	}
	return opened
}

// SetSession is for session middleware that has its session at hand.
func (c *Context) SetSession(s Session) {
	c.set().session = s
	c.mu.Unlock()
}

// SetSessionOpener is for session middleware: the session is made only when
// somebody asks for it, so that a request that does not costs nothing. The
// middleware's part before the head goes out is a [Writer.BeforeHeadCall].
func (c *Context) SetSessionOpener(o SessionOpener) {
	c.set().session = o
	c.mu.Unlock()
}

// noSession is the Session of a request without a session middleware. Reading
// finds nothing, as in a new session; losing what a handler meant to keep would
// be worse than a panic that says what is missing.
type noSession struct{}

func (noSession) Get(string) any              { return nil }
func (noSession) Delete(string)               {}
func (noSession) All() iter.Seq2[string, any] { return func(func(string, any) bool) {} }
func (noSession) Flashes() []Flash            { return nil }
func (noSession) Destroy()                    {}
func (noSession) Set(string, any)             { panic(errNoSession) }
func (noSession) Flash(string, ...string)     { panic(errNoSession) }
func (noSession) Renew()                      { panic(errNoSession) }

const errNoSession = "gangplank: no session to change: the handler is not inside a session middleware (middleware/session)"
