package mask

import (
	"slices"
	"strings"
	"unicode"
)

// Words that make a name a secret's, wherever they stand in it, written without
// separators: "DB_PASSWORD", "x-api-key", "clientSecret", "PHPSESSID".
var anywhere = []string{
	"password", "passwd", "passphrase", "passcode", "secret", "token", "apikey", "accesskey", "privatekey", "secretkey",
	"signingkey", "encryptionkey", "masterkey", "authkey", "credential", "authorization", "session", "sessid", "cookie",
	"csrf", "xsrf", "jwt", "bearer", "creditcard", "cardnumber", "connectionstring", "htpasswd", "recoverycode", "backupcode",
}

// Words that do so only as words of their own: "auth" is one, "author" is not.
var alone = []string{"auth", "pass", "pwd", "pw", "key", "pin", "cvv", "cvc", "otp", "totp", "ssn", "sid", "sig", "signature", "dsn", "iban", "salt", "passwort"}

// secretName reports whether what goes by the name is to be hidden.
func (m *Masker) secretName(name string) bool {
	if name == "PWD" || name == "OLDPWD" { // the shell's working directory
		return false
	}
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
