package mask

import "strings"

// Names as people write them, in sentences: before a verb, and of two words.

// subject is the name at the end of text, before a verb and blanks, and what stands
// before it.
func subject(text string) (name, before string) {
	text = strings.TrimRight(text[:len(text)-verb(text)], " ")
	name, quoted := nameBefore(text)
	if quoted {
		return "", ""
	}
	return name, text[:len(text)-len(name)]
}

func passwordSubject(text string) bool {
	name, _ := subject(text)
	return passwordName(name)
}

// verb is the length of the verb at the end of text, with the blanks around it.
func verb(text string) int {
	for _, v := range []string{" is ", " was "} {
		if strings.HasSuffix(text, v) {
			return len(v)
		}
	}
	return 0
}

// ofTwoWords reports whether a name is a secret's only with the word before it, as
// in "API key", "access key", "verification code", "connection string".
func (m *Masker) ofTwoWords(before, name string) bool {
	switch strings.ToLower(name) {
	case "key", "code", "number", "string", "answer", "id", "phrase":
	default:
		return false
	}
	if len(before) < 2 || before[len(before)-1] != ' ' {
		return false
	}
	first, quoted := nameBefore(before)
	return first != "" && !quoted && m.namesSecret(first+"-"+name)
}

// handedOut reports whether a value is what a machine makes up under such a name,
// and not the path of a key's file or the name of one.
func handedOut(name, value string) bool {
	if _, _, digits := count(value); digits >= 4 && digits == len(value) {
		return !strings.EqualFold(name, "id")
	}
	return madeUp(value) && !strings.ContainsAny(value, "/.")
}

// maxInBrackets is how long what stands in brackets is at most.
const maxInBrackets = 256

// inBrackets finds what stands in brackets, or behind an arrow, after a secret's
// name: password[x], token (x), password -> x.
func (m *Masker) inBrackets(text string) []span {
	var found []span
	for at := 0; at < len(text); at++ {
		next := strings.IndexAny(text[at:], "([<>")
		if next < 0 {
			break
		}
		at += next
		from, to, end := at, at+1, ""
		switch text[at] {
		case '(':
			end = ")"
		case '[':
			end = "]"
		case '<':
			end = ">"
		default:
			if from--; from < 0 || text[from] != '-' {
				continue
			}
			to = skipSpace(text, to)
		}
		if from == 0 || text[from-1] != ' ' && !wordByte(text[from-1]) {
			continue
		}
		rest := text[to:min(len(text), to+maxInBrackets)]
		n := bareLength(rest)
		if end != "" {
			n = strings.Index(rest, end)
		}
		if n < 0 {
			continue
		}
		value := text[to : to+n]
		if !madeUp(value) || encoding(value) || strings.HasPrefix(value, "0x") { // which is in a stack
			continue
		}
		if name, _ := subject(text[:from]); m.namesSecret(name) {
			found = append(found, span{to, to + n})
			at = to + n - 1
		}
	}
	return found
}
