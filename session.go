package gangplank

import "iter"

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
