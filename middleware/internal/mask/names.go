package mask

import (
	"slices"
	"strings"
	"unicode"
)

// Words that make a name a secret's, wherever they stand in it, written without
// separators: "DB_PASSWORD", "x-api-key", "clientSecret", "PHPSESSID".
var (
	anywhere = append([]string{"session", "cookie", "authorization"}, anywhereInText...)
	// anywhereInText are those that are no part of ordinary words.
	anywhereInText = []string{
		"password", "passwd", "passphrase", "passcode", "passwort", "secret", "token", "apikey", "accesskey", "accountkey", "privatekey",
		"signingkey", "encryptionkey", "masterkey", "authkey", "sharedkey", "credential", "sessionid", "sessid",
		"csrf", "xsrf", "jwt", "bearer", "creditcard", "cardnumber", "connectionstring", "recoverycode", "backupcode", "htpasswd", "bindpw", "rootpw",
	}
)

// Words that do so only as words of their own: "auth" is one, "author" is not.
var (
	alone       = append([]string{"auth", "key", "pw", "sid", "ssn", "dsn", "iban", "salt"}, aloneInText...)
	aloneInText = []string{"pass", "pwd", "pin", "cvv", "cvc", "otp", "totp", "sig", "signature"}
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
	return !workingDirectory(name) && m.named(name, anywhere, alone)
}

// workingDirectory reports whether a name is that of the shell's.
func workingDirectory(name string) bool { return name == "PWD" || name == "OLDPWD" }

func (m *Masker) named(name string, anywhere, alone []string) bool {
	words := splitWords(name)
	joined := strings.Join(words, "")
	for _, list := range [][]string{anywhere, m.Names} {
		if slices.ContainsFunc(list, func(w string) bool { return strings.Contains(joined, w) }) {
			return true
		}
	}
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(alone, w) })
}

// splitWords splits at what is no letter or digit, and where camel case begins a
// word, and lowers the case.
func splitWords(name string) []string {
	var words []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			words = append(words, strings.ToLower(string(word)))
			word = nil
		}
	}
	var last rune
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
			last = 0
			continue
		case unicode.IsUpper(r) && unicode.IsLower(last):
			end()
		}
		word = append(word, r)
		last = r
	}
	end()
	return words
}
