package middleware

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// HeaderConfig says what [Header] does to the fields of a response.
type HeaderConfig struct {
	_ [0]func()

	// Set gives a field this value, whatever the handler had set.
	Set map[string]string

	// Default gives a field this value where the handler has set none.
	Default map[string]string

	// Add adds values to those that are there, as for Vary and Link.
	Add map[string][]string

	// Remove removes fields, such as those by which software names itself. Without
	// a Content-Type browsers guess, and without a Date caches cannot tell an age.
	Remove []string
}

// Validate reports all that is wrong with the settings.
func (cfg HeaderConfig) Validate() error {
	v := headerFaults{by: make(map[string]string)}
	for _, name := range slices.Sorted(maps.Keys(cfg.Set)) {
		v.field("Set", name, cfg.Set[name])
		v.keepsLists("Set", name)
	}
	for _, name := range slices.Sorted(maps.Keys(cfg.Default)) {
		v.field("Default", name, cfg.Default[name])
	}
	for _, name := range slices.Sorted(maps.Keys(cfg.Add)) {
		v.field("Add", name, cfg.Add[name]...)
	}
	for _, name := range cfg.Remove {
		v.field("Remove", name)
		v.keepsLists("Remove", name)
	}
	return v.Join()
}

// headerFaults collects what is wrong with a HeaderConfig.
type headerFaults struct {
	settings.Faults
	by map[string]string // canonical name: which setting has it
}

func (v *headerFaults) field(setting, name string, values ...string) {
	canonical := http.CanonicalHeaderKey(name)
	switch other, twice := v.by[canonical]; {
	case !settings.IsToken(name):
		v.Add(setting, "%q is not a field name", name)
	case slices.Contains(framing, canonical):
		v.Add(setting, "%s belongs to the server, which frames the message by it", canonical)
	case twice:
		v.Add(setting, "%s is in %s already", canonical, other)
	}
	v.by[canonical] = setting
	for _, value := range values {
		if !isFieldValue(value) {
			v.Add(setting, "%s: %q is not a field value", canonical, value)
		}
	}
}

// keepsLists refuses to throw away what other layers have said in fields that
// they all add to.
func (v *headerFaults) keepsLists(setting, name string) {
	if name = http.CanonicalHeaderKey(name); name == "Vary" || name == "Set-Cookie" {
		v.Add(setting, "%s has values of other layers; use Add", name)
	}
}

// framing is the fields by which a server delimits messages and connections.
var framing = []string{"Connection", "Content-Length", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}

// isFieldValue is RFC 9110, section 5.5: no control characters but the tab.
func isFieldValue(s string) bool {
	return strings.TrimSpace(s) == s && !strings.ContainsFunc(s, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f })
}

// Header sets, adds and removes response fields, just before the head goes out:
// after the handler, and also on error pages. Several in one chain act from the
// inside out, so the outermost has the last word.
//
// For security fields there is [SecureHeaders], for caching [NoCache].
func Header(cfg HeaderConfig) gangplank.Middleware {
	settings.Check("middleware.Header", cfg.Validate())
	apply := newFieldEdit(cfg).apply
	return func(next http.Handler) http.Handler {
		return gangplank.AttachedFunc(func(w *gangplank.Writer, r *http.Request, _ *gangplank.Context) {
			w.BeforeHead(apply)
			next.ServeHTTP(w, r)
		})
	}
}

// fieldEdit is a HeaderConfig with canonical names, and nobody else's.
type fieldEdit struct {
	set, defaults []field
	add           map[string][]string
	remove        []string
}

func newFieldEdit(cfg HeaderConfig) *fieldEdit {
	e := &fieldEdit{set: sortedFields(cfg.Set), defaults: sortedFields(cfg.Default), add: make(map[string][]string)}
	for name, values := range cfg.Add {
		e.add[http.CanonicalHeaderKey(name)] = slices.Clone(values)
	}
	for _, name := range cfg.Remove {
		e.remove = append(e.remove, http.CanonicalHeaderKey(name))
	}
	return e
}

func sortedFields(m map[string]string) []field {
	var fields []field
	for _, name := range slices.Sorted(maps.Keys(m)) {
		fields = append(fields, field{http.CanonicalHeaderKey(name), m[name]})
	}
	return fields
}

// apply is the hook. The slices that it puts into h are h's from then on.
func (e *fieldEdit) apply(_ int, h http.Header) {
	for _, name := range e.remove {
		switch name {
		case "Content-Type", "Date": // the server sends its own, unless the key is there
			h[name] = nil
		default:
			delete(h, name)
		}
	}
	setFields(h, e.set)
	for _, f := range e.defaults {
		if _, set := h[f.name]; !set {
			h[f.name] = []string{f.value}
		}
	}
	for name, values := range e.add {
		h[name] = append(h[name], values...)
	}
}
