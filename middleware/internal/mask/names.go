package mask

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// common are values that stand in secret places and are no secrets.
var common = func() map[string]bool {
	all := make(map[string]bool)
	for word := range strings.FieldsSeq(`true false yes no on off none null nil empty unset basic bearer digest undefined unknown enabled disabled
		missing invalid expired required optional rejected denied wrong incorrect mismatch revoked malformed unexpected cannot could must should not
		is was the expected too permission unauthorized unsupported failed`) {
		all[word] = true
	}
	return all
}()

// secretName reports whether what goes by the name is to be hidden.
func (m *Masker) secretName(name string) bool {
	return !workingDirectory(name) && m.named(name, inNames())
}

// secretBy is secretName for a value that is known: a truth value is no secret, as
// what "DISABLE_AUTH" has, unless somebody has made it his password.
func (m *Masker) secretBy(name, value string) bool {
	return m.secretName(name) && (!truth(value) || passwordName(name))
}

func truth(value string) bool {
	switch strings.ToLower(value) {
	case "true", "false", "yes", "no", "on", "off":
		return true
	}
	return false
}

// workingDirectory reports whether a name is that of the shell's.
func workingDirectory(name string) bool { return name == "PWD" || name == "OLDPWD" }

func (m *Masker) named(name string, by vocabulary) bool {
	joined, parts := fold(name)
	if by.joined.in(joined) {
		return true
	}
	for _, own := range m.Names {
		if strings.Contains(joined, own) {
			return true
		}
	}
	return by.words.in(parts) && (!harmlessWords().in(parts) || by.words.in(withoutHarmless().Replace(parts)))
}

// fold lowers a name's case and splits it at what is no letter or digit, and where
// camel case begins a word. It returns the words without a separator, and with one
// around each, as "_db_pass_"; there the digits behind a word are left out, as
// those of "pass2" and "cvv2".
func fold(name string) (joined, parts string) {
	var all, split [2 * maxName]byte // on the stack, for most
	a, s := all[:0], append(split[:0], '_')
	end := func() {
		for last := s[len(s)-1]; '0' <= last && last <= '9'; last = s[len(s)-1] {
			s = s[:len(s)-1]
		}
		if s[len(s)-1] != '_' {
			s = append(s, '_')
		}
	}
	last := ' '
	for i, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
			last = ' '
			continue
		case unicode.IsUpper(r) && (unicode.IsLower(last) || unicode.IsDigit(last) || unicode.IsUpper(last) && lowerNext(name[i:])):
			end()
		}
		last = r
		r = unicode.ToLower(r)
		a, s = utf8.AppendRune(a, r), utf8.AppendRune(s, r)
	}
	end()
	return string(a), string(s)
}

// lowerNext reports whether the second letter is a small one, as where the word
// begins that follows an acronym: the K of APIKey, but not the I of APIs.
func lowerNext(name string) bool {
	_, n := utf8.DecodeRuneInString(name)
	next, _ := utf8.DecodeRuneInString(name[n:])
	return unicode.IsLower(next) && name[n:] != "s"
}
