package mask

import (
	"strings"
	"unicode/utf8"
)

// Names are looked for from the sign behind them, ':' or '=': that is one pass
// over the text, whatever stands in it.

// maxName is how far back a name may begin.
const maxName = 64

// assignments hides what a text gives a secret's name: `password=x`,
// `"tokens": ["a", "b"]`, `{User:bob Password:two words}`, `secret := "x"`. In
// source only literals are values.
func (m *Masker) assignments(where, text string, source bool) string {
	return replace(text, m.assigned(text, source), func(value string) string { return m.hideValue(where, value) })
}

// assigned finds these values.
func (m *Masker) assigned(text string, source bool) []span {
	var found []span
	depth, counted, lines := 0, 0, strings.Contains(text, "\n") // as YAML or a header has
	for at := 0; at < len(text); at++ {
		next := strings.IndexAny(text[at:], ":=")
		if next < 0 {
			break
		}
		at += next
		depth, counted = nesting(text[counted:at], depth), at
		name, quoted, how := m.assignedName(text[:at])
		if how == noName {
			continue
		}
		in := inProse
		switch {
		case source:
			in = inSource
		case depth > 0 && !quoted:
			in = inStruct
		case lines && !quoted && ownLine(text[:at-len(name)]):
			in = inLine
		}
		v, ok := valueAfter(text, at, in)
		if !ok || !notAPlaceholder(text[v.from:v.to]) || in == inProse && prose(name, text[at:], v.from-at, v.to-at) ||
			how == twoWords && !handedOut(name, text[v.from:v.to]) {
			continue
		}
		found = append(found, v)
		depth, counted = nesting(text[counted:v.to], depth), v.to
		at = v.to - 1
	}
	return found
}

// prose reports whether what follows is an error's cause and no value, as in
// "decoding the token: illegal base64 data": a word, and more words. Only what
// people make up may be words, such as a password.
func prose(name, text string, from, to int) bool {
	name = strings.ToLower(name)
	if from < 2 || text[from-1] != ' ' || strings.Contains(name, "pass") || strings.Contains(name, "pwd") || strings.Contains(name, "secret") {
		return false
	}
	lower := func(c byte) bool { return 'a' <= c && c <= 'z' }
	for i := from; i < to; i++ {
		if !lower(text[i]) {
			return false
		}
	}
	return to+1 < len(text) && text[to] == ' ' && lower(text[to+1])
}

// ownLine reports whether a name that stands behind text begins a line.
func ownLine(text string) bool {
	before := text[max(0, len(text)-maxName):]
	if at := strings.LastIndexByte(before, '\n'); at >= 0 {
		before = before[at:]
	} else if len(before) < len(text) {
		return false
	}
	return strings.Trim(before, "\n \t-") == ""
}

// hideValue hides a value, and of a list the elements wherever they stand.
func (m *Masker) hideValue(where, value string) string {
	if strings.ContainsAny(value[:1], "[{&m") {
		for _, element := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune("[]{}(),\"' \t\n", r) }) {
			if len(element) >= minElement {
				m.learn(whyName, element)
			}
		}
	}
	return m.hideFound(where, whyName, value)
}

// minElement is minKnown for what may be a word of a sentence.
const minElement = 8

// nesting is the depth of brackets at the end of text, from that at its beginning.
func nesting(text string, depth int) int {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth = max(depth-1, 0)
		}
	}
	return depth
}

// nameBefore is the name at the end of text, and whether it stands in quotes.
func nameBefore(text string) (name string, quoted bool) {
	text = text[max(0, len(text)-maxName):]
	text = strings.TrimRight(text, " \t")
	bare := strings.TrimRight(text, `"'`+"`\\")
	from := len(bare)
	for from > 0 && (wordByte(bare[from-1]) || bare[from-1] >= utf8.RuneSelf || strings.IndexByte(".-[]", bare[from-1]) >= 0) {
		from--
	}
	return bare[from:], len(bare) < len(text)
}

// namesSecret is secretName for a name found in a text, where words such as "key"
// and "session" are prose more often than names.
func (m *Masker) namesSecret(name string) bool {
	if len(name) < 2 || strings.HasSuffix(name, ".") || workingDirectory(name) {
		return false
	}
	return m.named(name, inTexts())
}

// flags hides what a command line gives a secret's name: `--password x`.
func (m *Masker) flags(where, text string) string {
	var found []span
	for at := 0; at < len(text); at++ {
		next := strings.IndexByte(text[at:], '-')
		if next < 0 {
			break
		}
		at += next
		if at > 0 && strings.IndexByte(" \t\n[\"'`(", text[at-1]) < 0 {
			continue
		}
		to := at
		for to < len(text) && (wordByte(text[to]) || text[to] == '-') {
			to++
		}
		name := text[at:to]
		at = to
		v := argument(text, to)
		if value := text[v.from:v.to]; v.from == to || value == "" || value[0] == '-' || len(name) > maxName || !m.namesSecret(name) || !notAPlaceholder(value) {
			continue
		}
		found = append(found, v)
		at = v.to
	}
	return m.hideNamed(where, text, found)
}

// argument is what follows a flag that ends at i, in a command line or in a list of
// arguments: --password x, "--password" "x", '--password', 'x'.
func argument(text string, i int) span {
	from, quoted := i, i < len(text) && strings.IndexByte("\"'`", text[i]) >= 0
	if quoted {
		from = i + 1
		if from < len(text) && text[from] == ',' {
			from++
		}
	}
	from = skipSpace(text, from)
	if from == len(text) {
		return span{from, from}
	}
	if inner, ok := quotedAt(text[from:]); ok {
		return span{from + inner.from, from + inner.to}
	}
	if quoted {
		return span{from, from}
	}
	return span{from, from + bareLength(text[from:])}
}
