package mask

import "strings"

// stated hides what a sentence says of a secret: `invalid password "x" for bob`,
// which %q makes, `the password is x1`.
func (m *Masker) stated(where, text string) string {
	text = m.hideNamed(where, text, m.quotedAfterName(text))
	text = m.hideNamed(where, text, m.inBrackets(text))
	text = m.hideNamed(where, text, m.saidToBe(text))
	return m.hideNamed(where, text, m.inContext(text))
}

// quotedAfterName finds quoted texts behind a secret's name.
func (m *Masker) quotedAfterName(text string) []span {
	var found []span
	for at := 0; at < len(text); at++ {
		next := strings.IndexAny(text[at:], "\"'`")
		if next < 0 {
			break
		}
		at += next
		open := at
		if text[at] == '"' && at > 0 && text[at-1] == '\\' { // of a text in a text
			open--
		}
		if open == 0 || text[open-1] != ' ' {
			continue
		}
		name, before := subject(text[:open])
		inner, ok := quotedAt(text[open:])
		if !ok {
			continue
		}
		value := text[open+inner.from : open+inner.to]
		if passwordName(name) && notAPlaceholder(value) || m.namesSecret(name) && madeUp(value) || m.ofTwoWords(before, name) && handedOut(name, value) {
			found = append(found, span{open + inner.from, open + inner.to})
			at = open + inner.to
		}
	}
	return found
}

// inContext finds what a printed context has under a secret's name:
// context.Background.WithValue(password, x).
func (m *Masker) inContext(text string) []span {
	const call = ".WithValue("
	var found []span
	for at := 0; ; {
		next := strings.Index(text[at:], call)
		if next < 0 {
			return found
		}
		at += next + len(call)
		name, _, ok := strings.Cut(text[at:min(len(text), at+maxName)], ", ")
		from := at + len(name) + len(", ")
		if !ok || !m.namesSecret(name) {
			continue
		}
		n := strings.IndexByte(text[from:], ')')
		if n < 0 {
			n = len(text) - from
		}
		if notAPlaceholder(text[from : from+n]) {
			found = append(found, span{from, from + n})
		}
		at = from + n
	}
}

// saidToBe finds words that a password is said to be. Other words than those that
// nobody but its owner knows cannot be told from "the password is required".
func (m *Masker) saidToBe(text string) []span {
	var found []span
	for at := 0; at < len(text); {
		next := strings.Index(text[at:], "s ")
		if next < 0 {
			break
		}
		at += next + len("s ")
		if before := text[:at]; verb(before) == 0 || !passwordSubject(before) {
			continue
		}
		n := bareLength(text[at:])
		if value := strings.TrimRight(text[at:at+n], ".:!?"); madeUp(value) && !encoding(value) {
			found = append(found, span{at, at + len(value)})
		}
		at += n
	}
	return found
}

// passwordName reports whether a name is one of what people make up themselves.
func passwordName(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"password", "passwd", "passphrase", "passcode", "passwort"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// madeUp reports whether a text is no word of any language: "token" stands before
// what a parser has not expected as well, and "secret" before its name.
func madeUp(s string) bool {
	upper, lower, digit := count(s)
	return len(s) >= minElement && digit > 0 && upper+lower > 0 && !strings.Contains(s, " ")
}

// encoding reports whether a word only tells how a password is written or stored.
func encoding(word string) bool {
	word = strings.ToLower(word)
	for _, kind := range []string{"base", "sha", "md5", "utf", "argon2", "pbkdf2", "aes", "rsa", "x509", "iso"} {
		if strings.HasPrefix(word, kind) {
			return true
		}
	}
	return false
}
