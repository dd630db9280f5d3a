package middlewaretest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// notes is what was seen of one exchange, at all its ends: "status", "field
// Content-Type", "Flush", "panic".
type notes map[string]string

const absent = "(absent)"

func (n notes) get(name string) string {
	if value, ok := n[name]; ok {
		return value
	}
	return absent
}

// compare tells what is not as it must be.
func (cfg *config) compare(c Case, got, want notes) (faults []string) {
	// A wrapper that hides Flush keeps back what should have been sent.
	early := c.panics == panicsEarly || c.panics == panicsLate && want.get("status") == absent
	if cfg.allows(Recovers) && early && got["answer"] == complete && got["status"] >= "500" {
		return nil
	}
	names := maps.Clone(want)
	maps.Copy(names, got)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if got.get(name) != want.get(name) && !cfg.excuses(c, name, got, want) {
			faults = append(faults, fmt.Sprintf("%s: got %s, without the middleware %s", name, got.get(name), want.get(name)))
		}
	}
	return faults
}

// excuses tells whether one difference is none.
func (cfg *config) excuses(c Case, name string, got, want notes) bool {
	kind, rest, _ := strings.Cut(name, " ")
	switch {
	case name == "length": // on the wire
		return true
	case (kind == "field" || kind == "interim" || kind == "trailer") && slices.Contains(cfg.fields, lastWord(rest)):
		return true
	case name == "field Content-Length": // more than net/http says, if right
		return want.get(name) == absent && got[name] == got["length"]
	case kind == "has" && want.get(name) == no: // more than without
		return true
	case name == "has io.ReaderFrom" || name == "sendfile":
		return want.get(name) == no || cfg.allows(NoReadFrom)
	case name == "panic" && c.panics == panicsLate:
		return cfg.allows(Recovers) && got[name] != none
	}
	return false
}

func lastWord(s string) string { return s[strings.LastIndexByte(s, ' ')+1:] }

const (
	yes      = "yes"
	no       = "no"
	none     = "none"
	complete = "complete"
	broken   = "broken off"
)

func yesNo(b bool) string {
	if b {
		return yes
	}
	return no
}

// noteHeader notes the fields of h, but for what no two answers have in common.
func (x *exchange) noteHeader(kind string, h http.Header) {
	for name, values := range h {
		if name != "Date" {
			x.note(kind+" "+name, quoted(values))
		}
	}
}

func quoted(values []string) string { return fmt.Sprintf("%q", values) }
