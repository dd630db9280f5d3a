package mask

import (
	"strings"
	"time"
)

// setting is where a name stands, which says how its value ends.
type setting int

const (
	inProse  setting = iota // with the word
	inStruct                // that %+v has printed: where the next name begins
	inLine                  // of its own: with the line
	inSource                // with the literal
)

// valueAfter finds the value that the sign at text[at] gives.
func valueAfter(text string, at int, in setting) (span, bool) {
	from := at + 1
	for from < len(text) && (text[from] == '=' || text[from] == '>') { // of := => ==
		from++
	}
	tight := from < len(text) && text[from] != ' '
	from = skipSpace(text, from)
	if from >= len(text) {
		return span{}, false
	}
	rest := text[from:]
	if in == inSource {
		rest = rest[literalStart(rest):]
		from = len(text) - len(rest)
	}
	if inner, ok := quotedAt(rest); ok {
		return span{from + inner.from, from + inner.to}, inner.to > inner.from
	}
	if n := bracketed(rest, in == inSource); n > 0 {
		return span{from, from + n}, true
	}
	n := bareLength(rest)
	switch {
	case in == inSource:
		return span{}, false
	case in == inStruct && tight && text[at] == ':':
		n = max(n, structValue(rest))
	case in == inStruct && !tight && emptyField(rest[:n]):
		return span{}, false
	case in == inLine && text[at] == ':' && n > 0 && notAPlaceholder(rest[:n]):
		n = max(n, len(strings.TrimRight(line(rest), " \t\r")))
	}
	return span{from, from + n}, n > 0
}

func line(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}

// emptyField reports whether what follows a name is the next one: {Password: Host:db}.
func emptyField(word string) bool {
	name, _, ok := strings.Cut(word, ":")
	return ok && identifier(name)
}

// skipSpace skips blanks, and a line's end if the next one is indented.
func skipSpace(text string, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\t') {
		i++
	}
	rest := strings.TrimLeft(text[i:], "\r\n")
	if len(rest) < len(text)-i && strings.TrimLeft(rest, " \t") != rest {
		return len(text) - len(strings.TrimLeft(rest, " \t"))
	}
	return i
}

// literalStart is where a literal begins that a conversion may stand around.
func literalStart(rest string) int {
	for _, conversion := range []string{"[]byte(", "string("} {
		if strings.HasPrefix(rest, conversion) {
			return len(conversion)
		}
	}
	return 0
}

// quotedAt is what stands between the quotes with which rest begins, also those
// of a text in a text, \"x\", and of one in that. A text may be cut off before the
// second.
func quotedAt(rest string) (span, bool) {
	if n := len(rest) - len(strings.TrimLeft(rest, `\`)); n > 0 && n < len(rest) && rest[n] == '"' {
		for i := n + 1; ; {
			next := strings.Index(rest[i:], rest[:n+1])
			if next < 0 {
				return span{n + 1, len(rest)}, true
			}
			if i += next; i == n+1 || rest[i-1] != '\\' {
				return span{n + 1, i}, true
			}
			i += n + 1
		}
	}
	switch rest[0] {
	case '"':
		for i := 1; i < len(rest); i++ {
			switch rest[i] {
			case '\\':
				i++
			case '"':
				return span{1, i}, true
			}
		}
		return span{1, len(rest)}, true
	case '\'', '`':
		if n := strings.IndexByte(rest[1:], rest[0]); n >= 0 {
			return span{1, 1 + n}, true
		}
	}
	return span{}, false
}

// maxBracketed is how long a list is at most.
const maxBracketed = 4 << 10

// bracketed is the length of a list, map or struct at the beginning of rest, with
// the type before it, or 0 if there is none or nothing in it. In source it must
// be one of literals.
func bracketed(rest string, source bool) int {
	open := strings.IndexAny(rest[:min(len(rest), maxName)], "[{( \t\n\"'")
	if open < 0 || rest[open] != '[' && rest[open] != '{' {
		return 0
	}
	depth, content := 0, false
	for i := open; i < min(len(rest), maxBracketed); i++ {
		switch rest[i] {
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth > 0 || i+1 < len(rest) && (rest[i+1] == '{' || wordByte(rest[i+1])) { // of []string{
				continue
			}
			if !content || source && !strings.ContainsAny(rest[:i], "\"`") {
				return 0
			}
			return i + 1
		default:
			content = true
		}
	}
	return 0
}

// bareLength is the length of a value without quotes.
func bareLength(rest string) int {
	if n := strings.IndexAny(rest, " \t\r\n,;&\"'})]"); n >= 0 {
		return n
	}
	return len(rest)
}

// structValue is the length of a value in a struct or map that %+v has printed.
func structValue(rest string) int {
	depth, word := 0, 0 // where the last word begins
	for i := 0; i < min(len(rest), maxBracketed); i++ {
		switch c := rest[i]; {
		case c == '{' || c == '[':
			depth++
		case (c == '}' || c == ']') && depth == 0, c == '\n':
			return i
		case c == '}' || c == ']':
			depth--
		case c == ' ' || c == ',':
			word = i + 1
		case c == ':' && depth == 0 && word > 0 && word < i && identifier(rest[word:i]):
			return len(strings.TrimRight(rest[:word], " ,"))
		}
	}
	return 0
}

func identifier(s string) bool {
	for i := 0; i < len(s); i++ {
		if !wordByte(s[i]) && s[i] != '-' && s[i] != '.' {
			return false
		}
	}
	return true
}

// notAPlaceholder keeps what only describes a secret: <nil>, [], %s, ***, ${TOKEN},
// "missing", and a date, such as that of its last change.
func notAPlaceholder(s string) bool {
	return s != "" && !common[strings.ToLower(strings.TrimRight(strings.TrimPrefix(s, "&"), ".!?"))] && strings.Trim(strings.TrimPrefix(s, "map"), "*x.•&[]{}") != "" && !strings.HasPrefix(strings.TrimPrefix(s, "["), "hidden:") &&
		s[0] != '%' && s[0] != '<' && !strings.HasPrefix(s, "${") && !isDate(s)
}

func isDate(s string) bool {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return false
	}
	_, err := time.Parse(time.DateOnly, s[:10])
	return err == nil
}
