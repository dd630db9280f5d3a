package mask

import (
	"encoding/base64"
	"regexp"
	"strings"
	"sync"
	"unicode"
)

// shape is a form that secrets have.
type shape struct {
	why  string
	gate func(lower string) bool // whether a text, in lower case, can have it at all: expressions are slow; nil: it can
	find func(text string) []span
	is   func(string) bool // a closer look; nil: the form suffices
}

// pattern finds what an expression matches: its first group that took part, or
// the whole match if it has none.
func pattern(expr string) func(string) []span {
	re := regexp.MustCompile(expr)
	return func(text string) []span {
		var found []span
		for _, m := range re.FindAllStringSubmatchIndex(text, -1) {
			s := span{m[0], m[1]}
			for group := 2; group+1 < len(m); group += 2 {
				if m[group] >= 0 {
					s = span{m[group], m[group+1]}
					break
				}
			}
			found = append(found, s)
		}
		return found
	}
}

// anyOf is a gate.
func anyOf(parts ...string) func(string) bool {
	return func(lower string) bool {
		for _, part := range parts {
			if strings.Contains(lower, part) {
				return true
			}
		}
		return false
	}
}

// Both wait for the first error: no program should start slower because of
// expressions that most of its runs never use.
var (
	// literalShapes are secrets wherever they stand.
	literalShapes = sync.OnceValue(func() []shape {
		return []shape{
			{"a private key", anyOf("private key"), pattern(`(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)`), nil},
			{"a JSON Web Token", anyOf("eyj"), pattern(`\beyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){1,4}`), nil},
			{"credentials", anyOf("basic", "bearer", "negotiate", "ntlm", "digest", "dpop"), pattern(`(?i)\b(?:basic|bearer|negotiate|ntlm|digest|dpop)\s+([A-Za-z0-9+/._~=-]{8,})`), notAWord},
			{"a password in a URL", anyOf("://"), pattern(`\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@?#"']*:([^\s"'<>]+)@`), nil},
			{"a user in a URL that may be a token", anyOf("://"), pattern(`\b[a-zA-Z][a-zA-Z0-9+.-]*://([^\s/:@?#"'\[\]]{16,})@`), nil},
			// go-sql-driver/mysql: user:password@tcp(host)/db, @unix(...), @/db, @host:port/db.
			{"a password in a DSN", anyOf("@"), pattern(`\b[\w.-]+:([^\s"'<>/\[\]][^\s"'<>\[\]]*)@(?:tcp|tcp6|unix|udp)?\(`), nil},
			{"a password in a DSN", anyOf("@"), pattern(`\b[\w.-]+:([^\s"'<>/\[\]]+)@(?:[\w.-]+(?::\d+)?)?/\w`), nil},
			{"a user in a URL that may be a token", anyOf("http"), pattern(`\bhttps?://([^\s/:@?#"'\[\]]{8,15})@`), madeUp},
			{"a web hook's address", anyOf("hooks.slack.com", "discord", "webhook.office.com", "hooks.zapier.com"), pattern(`(?i)(?:hooks\.slack\.com/(?:services|workflows|triggers)|hooks\.zapier\.com/hooks/catch|discord(?:app)?\.com/api/webhooks|[a-z0-9-]+\.webhook\.office\.com/webhookb2)/([\w/@-]+)`), nil},
			{whyIssuer, nil, issued, nil},
			{whyIssuer, anyOf(".atlasv1."), pattern(`\b[\w-]{10,}\.atlasv1\.[\w-]{16,}`), nil},
			{whyIssuer, anyOf(":"), pattern(`\b\d{8,10}:[A-Za-z0-9_-]{35}`), nil},                                   // Telegram
			{whyIssuer, anyOf("."), pattern(`\b[MNO][A-Za-z\d_-]{23,25}\.[A-Za-z\d_-]{6}\.[A-Za-z\d_-]{27,}`), nil}, // Discord
			{"a password hash", anyOf("$", "{s", "{crypt", "{pbkdf2"), pattern(`\$(?:2[abxy]?|argon2(?:id|i|d)|scrypt|pbkdf2[\w-]*|1|5|6|7|y|apr1|sha1|P|H)\$[A-Za-z0-9./+=,$-]{8,}|\{(?:SSHA|SHA|SMD5|CRYPT|PBKDF2)[0-9]*\}[A-Za-z0-9+/=]{8,}|\bpbkdf2_sha\d+\$\d+\$[^\s"']+`), nil},
			{"a payment card's number", manyDigits, pattern(`\b(?:\d[ -]?){12,18}\d\b`), luhn},
		}
	})
	// textShapes are, besides these, what only in prose, and not in a program, is one.
	textShapes = sync.OnceValue(func() []shape {
		return append(literalShapes(), []shape{
			{"credentials", anyOf("authorization"), pattern(`(?i)\b(?:proxy-)?authorization["']?\s*[:=]\s*["'\[]*(?:[a-z]+ +)?([^\s"',;\]]+)`), notAPlaceholder},
			{"a cookie", anyOf("cookie"), pattern(`(?i)\b(?:set-)?cookie\s*:\s*([^\r\n]+)`), nil},
			{whyCommand, anyOf("curl "), pattern(`\bcurl\s(?:\S+\s+)*?(?:-u|--user|-U|--proxy-user)[\s=]?\s*["']?[^\s:"']+:([^\s"']+)`), nil},
			{whyCommand, anyOf("mysql", "mariadb"), pattern(`\b(?:mysql|mariadb)[\w-]*\s(?:[^\s;|]+\s+)*?-p([^\s"']+)`), nil},
			{whyCommand, anyOf("sshpass "), pattern(`\bsshpass\s+-p\s*["']?([^\s"']+)`), nil},
			{whyCommand, anyOf("redis-cli ", "ldap", "htpasswd ", "smbclient ", "mosquitto_", "docker login "), pattern(`\b(?:redis-cli\s(?:[^\s;|]+\s+)*?-a|ldap\w+\s(?:[^\s;|]+\s+)*?-w|mosquitto_\w+\s(?:[^\s;|]+\s+)*?-P|docker login\s(?:[^\s;|]+\s+)*?-p|smbclient\s(?:[^\s;|]+\s+)*?-U\s*[^\s%]+%|htpasswd\s+-\w*b\w*(?:\s+-\S+)*\s+\S+\s+\S+)\s*["']?([^\s"']+)`), nil},
			{"a .netrc", anyOf("login"), pattern(`(?i)\blogin\s+\S+\s+password\s+(\S+)`), notAPlaceholder},
			// host:port:database:user:password; of the port, digits that no IPv6 address has at such a place.
			{"a .pgpass", anyOf(":543", ":6432:", ":*:"), pattern(`(?:^|[\s"'(])[\w.*-]+:(?:543\d|6432|\*):[\w*-]+:[A-Za-z_][\w.@-]*:([^\s"']+)`), nil},
			{"an identified-by password", anyOf("identified by", "password"), pattern(`(?i)\b(?:identified by|password)\s+'([^']+)'`), nil},
			{whyCode, anyOf("code="), pattern(`(?i)[?&]code=([\w./~%+-]{10,})`), func(s string) bool { return isCode("code", s) }},
			{"base64 of a user and a password", anyOf("auth"), pattern(`(?i)\b_?auth\\*"?\s*[:=]\s*\\*"?([A-Za-z0-9+/]{8,}={0,2})`), basicAuth}, // Docker's, npm's
			{"hexadecimal digits like a key's", anyOf("0x"), pattern(`\b0[xX][0-9a-fA-F]{64}\b`), nil},                                          // Ethereum's
			{"hexadecimal digits like a key's", nil, runs(hexDigit, 32, true), nil},
			{"a one-time password's key", nil, runs(base32Byte, 16, true), totpKey},
			{"a random-looking text", nil, runs(base64Byte, 40, false), func(s string) bool { return s[0] != '/' && mixed(s, 1) }},
			{"a random-looking text", nil, runs(urlByte, 24, false), func(s string) bool { return mixed(s, 3) }},
		}...)
	})
)

// basicAuth reports whether a text is the base 64 of a user's name and password.
func basicAuth(s string) bool {
	plain, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
	return err == nil && strings.Contains(string(plain), ":") && readable(string(plain))
}

// manyDigits is the gate of what has at least 13.
func manyDigits(text string) bool {
	n := 0
	for i := 0; i < len(text) && n < 13; i++ {
		if '0' <= text[i] && text[i] <= '9' {
			n++
		}
	}
	return n == 13
}

// notAWord spares what follows "basic", "bearer" or "digest" in a sentence.
func notAWord(s string) bool {
	s = strings.TrimRight(s, ".")
	return len(s) > 20 || strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' }) >= 0 || strings.ToLower(s[1:]) != s[1:]
}

// luhn is the check digit of ISO/IEC 7812, which tells a card's number from
// other long numbers nine times in ten.
func luhn(s string) bool {
	sum, n := 0, 0
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] < '0' || s[i] > '9' {
			continue
		}
		d := int(s[i] - '0')
		if n%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		n++
	}
	return sum%10 == 0 && n >= 13
}
