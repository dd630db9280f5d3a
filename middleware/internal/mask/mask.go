// Package mask hides secrets in what people are about to be shown: by the name
// that a value goes by, by the shape that it has, and wherever a value that was
// hidden once turns up again.
//
// What it costs grows with the text alone, whoever wrote the text and however
// many values are known: see [Masker.Searched].
package mask

import (
	"cmp"
	"slices"
	"strings"
)

// Hidden says what a Masker has hidden, and why.
type Hidden struct {
	Where string // "header Authorization", "message"
	Why   string // "the name", "JSON Web Token"
	Times int
}

// Masker hides secrets and keeps account of it. It is not safe for concurrent
// use. The zero Masker is ready.
type Masker struct {
	Names []string // words besides the known ones, in lower case

	known    known
	allowed  map[string]bool
	reasons  map[string]bool
	hidden   map[[2]string]int
	searched int
	stuck    bool // a value's method has not returned: no other is called
}

// Text masks one text on its own, such as an error's message for a log line, by
// the shapes in it.
func Text(text string) string { return new(Masker).Text("text", text) }

// maxText is how much of one text is looked at and shown.
const maxText = 16 << 10

// Allow exempts values that only look like secrets, such as request ids.
func (m *Masker) Allow(values ...string) {
	if m.allowed == nil {
		m.allowed = make(map[string]bool)
	}
	for _, v := range values {
		m.allowed[v] = v != ""
	}
}

// Hidden returns what has been hidden so far, sorted.
func (m *Masker) Hidden() []Hidden {
	var all []Hidden
	for k, n := range m.hidden {
		all = append(all, Hidden{k[0], k[1], n})
	}
	slices.SortFunc(all, func(a, b Hidden) int {
		return cmp.Or(cmp.Compare(a.Where, b.Where), cmp.Compare(a.Why, b.Why))
	})
	return all
}

// Searched returns how many bytes have been looked at: the work that was done.
func (m *Masker) Searched() int { return m.searched }

// Forget forgets the account, but not the values: for a second pass that finds
// them everywhere.
func (m *Masker) Forget() { m.hidden = nil }

// hide notes that secret was hidden and returns what stands in its place.
func (m *Masker) hide(where, why, secret string) string {
	if secret == "" {
		return ""
	}
	m.learn(why, secret)
	return m.note(where, why)
}

// note is hide for what need not be learnt.
func (m *Masker) note(where, why string) string {
	if m.hidden == nil {
		m.hidden = make(map[[2]string]int)
	}
	if m.reasons == nil {
		m.reasons = make(map[string]bool)
	}
	m.reasons[why] = true
	m.hidden[[2]string{where, why}]++
	return hiddenMark + why + "]"
}

// hiddenMark begins what stands in a secret's place.
const hiddenMark = "[hidden: "

// marked returns the length of what note has put at the beginning of text, or 0.
func (m *Masker) marked(text string) int {
	if !strings.HasPrefix(text, hiddenMark) {
		return 0
	}
	why, _, ok := strings.Cut(text[len(hiddenMark):], "]")
	if !ok || !m.reasons[why] {
		return 0
	}
	return len(hiddenMark) + len(why) + 1
}

// hideFound hides what a text was found to contain, which may have been hidden in
// part already.
func (m *Masker) hideFound(where, why, found string) string {
	switch {
	case m.allowed[found], m.marked(found) == len(found):
		return found
	case strings.Contains(found, hiddenMark):
		return m.note(where, why)
	}
	return m.hide(where, why, found)
}

// Text masks what in a text has a secret's shape, or has been hidden before.
func (m *Masker) Text(where, text string) string {
	return m.text(where, text, textShapes(), false)
}

// Source is Text for program text, in which `password = r.FormValue("p")` is no
// secret, but `password = "hunter2"` is.
func (m *Masker) Source(where, text string) string {
	return m.text(where, text, literalShapes(), true)
}

func (m *Masker) text(where, text string, shapes []shape, source bool) string {
	text = shorten(text)
	m.searched += len(text)
	text = m.again(where, text)
	lower := strings.ToLower(text)
	for _, s := range shapes {
		if s.gate != nil && !s.gate(lower) {
			continue
		}
		text = replace(text, s.find(text), func(found string) string {
			if s.is != nil && !s.is(found) {
				return found
			}
			return m.hideFound(where, s.why, found)
		})
	}
	text = m.assignments(where, text, source)
	if source {
		return text
	}
	text = m.besides(where, lower, text)
	text = m.escaped(where, text)
	text = m.stated(where, text)
	text = m.tags(where, text)
	return m.flags(where, text)
}

// shorten cuts between words: half a secret has no shape.
func shorten(text string) string {
	if len(text) <= maxText {
		return text
	}
	text = text[:maxText]
	return text[:max(strings.LastIndexAny(text, " \t\n"), maxText-1024)] + "[...]"
}

// span is a part of a text.
type span struct{ from, to int }

// hideNamed hides what stands in a text by a secret's name.
func (m *Masker) hideNamed(where, text string, found []span) string {
	return replace(text, found, func(value string) string { return m.hideFound(where, whyName, value) })
}

// replace replaces parts of a text, which are in order. Of two that overlap the
// first counts.
func replace(text string, parts []span, by func(string) string) string {
	if len(parts) == 0 {
		return text
	}
	var b strings.Builder
	at := 0
	for _, p := range parts {
		if p.from < at {
			continue
		}
		b.WriteString(text[at:p.from])
		b.WriteString(by(text[p.from:p.to]))
		at = p.to
	}
	b.WriteString(text[at:])
	return b.String()
}
