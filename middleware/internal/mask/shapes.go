package mask

import (
	"regexp"
	"strings"
	"sync"
)

// shape is a form that secrets have. The expression's first group, or the whole
// match if it has none, is the secret.
type shape struct {
	why string
	re  *regexp.Regexp
	is  func(string) bool // a closer look; nil: the expression suffices
}

func (s shape) replace(text string, hide func(string) string) string {
	matches := s.re.FindAllStringSubmatchIndex(text, -1)
	if matches == nil {
		return text
	}
	var b strings.Builder
	at := 0
	for _, m := range matches {
		from, to := m[0], m[1]
		for group := 2; group+1 < len(m); group += 2 { // the first that took part
			if m[group] >= 0 {
				from, to = m[group], m[group+1]
				break
			}
		}
		if from < at || s.is != nil && !s.is(text[from:to]) {
			continue
		}
		b.WriteString(text[at:from])
		b.WriteString(hide(text[from:to]))
		at = to
	}
	b.WriteString(text[at:])
	return b.String()
}

// secretWord is a name in the text itself.
const secretWord = `(?:pass(?:word|wd|phrase|code|wort)|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|account[_-]?key|shared[_-]?access[_-]?key|signing[_-]?key|auth[_-]?key|credentials?|client[_-]?secret|session[_-]?id|sessid|csrf|xsrf|jwt|\bsig|signature|\bpass|\bpin|cvv|cvc|otp)`

// compile waits for the first error: no program should start slower because of
// expressions that most of its runs never use.
var (
	shapes = sync.OnceValue(func() []shape {
		return append(literalShapes(), append([]shape{
			{"credentials", regexp.MustCompile(`(?i)\b(?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:[a-z]+ +)?([^\s"',;]+)`), nil},
			{"a cookie", regexp.MustCompile(`(?i)\b(?:set-)?cookie\s*:\s*([^\r\n]+)`), nil},
			{whyName, regexp.MustCompile(`(?i)["']?[\w.-]*` + secretWord + `[\w.-]*["']?\s*(?:=>|:=|[:=])\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s,;&"'})\]]+))`), notAPlaceholder},
			{whyName, regexp.MustCompile(`(?i)--?[\w-]*` + secretWord + `[\w-]*\s+([^\s-][^\s]*)`), notAPlaceholder},
			{"an identified-by password", regexp.MustCompile(`(?i)\b(?:identified by|password)\s+'([^']+)'`), nil},
		}, randomShapes()...)...)
	})
	sourceShapes = sync.OnceValue(func() []shape {
		return append(literalShapes(), shape{whyName,
			regexp.MustCompile("(?i)[\\w.-]*" + secretWord + "[\\w.-]*[\"']?\\s*(?::=|[:=])\\s*(?:\\[\\]byte\\(|string\\()?(?:\"((?:[^\"\\\\]|\\\\.)+)\"|'([^']+)'|`([^`]+)`)"), notAPlaceholder})
	})
)

// literalShapes are those that are secrets wherever they stand.
func literalShapes() []shape {
	return []shape{
		{"a private key", regexp.MustCompile(`(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)`), nil},
		{"a JSON Web Token", regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){1,4}`), nil},
		{"credentials", regexp.MustCompile(`(?i)\b(?:basic|bearer|negotiate|ntlm|digest|dpop)\s+([A-Za-z0-9+/._~=-]{8,})`), nil},
		{"a password in a URL", regexp.MustCompile(`\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@?#"']*:([^\s"'<>]+)@`), nil},
		{"a user in a URL that may be a token", regexp.MustCompile(`\b[a-zA-Z][a-zA-Z0-9+.-]*://([^\s/:@?#"'\[\]]{16,})@`), nil},
		{"a password in a DSN", regexp.MustCompile(`\b[\w.-]+:([^\s"'<>/\[\]]+)@(?:tcp|tcp6|unix|udp)?\(`), nil},
		{"a web hook's address", regexp.MustCompile(`(?i)(?:hooks\.slack\.com/(?:services|workflows|triggers)|discord(?:app)?\.com/api/webhooks|[a-z0-9-]+\.webhook\.office\.com/webhookb2)/([\w/@-]+)`), nil},
		{"a provider's key", regexp.MustCompile(providers), nil},
		{"a password hash", regexp.MustCompile(`\$(?:2[abxy]?|argon2(?:id|i|d)|scrypt|pbkdf2[\w-]*|1|5|6|7|y|apr1|sha1|P|H)\$[A-Za-z0-9./+=,$-]{8,}|\{(?:SSHA|SHA|SMD5|CRYPT|PBKDF2)[0-9]*\}[A-Za-z0-9+/=]{8,}|\bpbkdf2_sha\d+\$\d+\$[^\s"']+`), nil},
		{"a payment card's number", regexp.MustCompile(`\b(?:\d[ -]?){12,18}\d\b`), luhn},
	}
}

// providers are keys with the prefix of who issued them.
const providers = `\b(?:(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ANVA|ABIA|ACCA)[A-Z0-9]{12,}` +
	`|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|gl(?:pat|ptt|dt|rt|ft|soat|cbt|agent|imt|ffct)-[\w-]{16,}` +
	`|xox[abeoprs](?:\.xox[bp])?-[\w-]{8,}|xapp-[\w-]{8,}|(?:sk|rk|pk)_(?:live|test)_\w{8,}|whsec_[\w+/=]{8,}` +
	`|sk-(?:proj-|ant-|or-|svcacct-)?[\w-]{16,}|AIza[\w-]{30,}|ya29\.[\w-]{10,}|GOCSPX-[\w-]{10,}|1//[\w-]{20,}` +
	`|SG\.[\w-]{10,}\.[\w-]{10,}|key-[0-9a-f]{32}|npm_[A-Za-z0-9]{20,}|pypi-[\w-]{16,}|rubygems_[0-9a-f]{20,}` +
	`|do[opr]_v1_[0-9a-f]{20,}|hf_[A-Za-z0-9]{20,}|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{16,}|sq0(?:atp|csp|idp)-[\w-]{10,}|EAAA[\w-]{20,}` +
	`|hv[sbr]\.[\w-]{16,}|s\.[A-Za-z0-9]{24}\b|dapi[0-9a-f]{20,}|dckr_(?:pat|oat)_[\w-]{16,}|PMAK-[\w-]{20,}|lin_(?:api|oauth)_\w{16,}` +
	`|figd_[\w-]{16,}|NRAK-[A-Z0-9]{16,}|gl(?:sa|c)_[\w+/=]{16,}|tskey-[\w-]{12,}|sntry[su]_[\w+/=-]{16,}|phc_\w{20,}|phx_\w{20,}` +
	`|AGE-SECRET-KEY-1[A-Z0-9]{20,}|ops_eyJ[\w-]{10,}|atlasv1\.[\w-]{16,}|[\w-]{10,}\.atlasv1\.[\w-]{16,}|ATATT3[\w=-]{16,}|sbp_[0-9a-f]{20,}` +
	`|pscale_(?:tkn|pw|oauth)_[\w.=-]{16,}|FLWSECK[\w-]{12,}|fly?o?1?_[\w-]{30,}|rnd_[A-Za-z0-9]{20,}|tfp_[\w-]{20,}|secret_[A-Za-z0-9]{20,}|ntn_[A-Za-z0-9]{20,}` +
	`|(?:AC|SK)[0-9a-f]{32}|\d{8,10}:[A-Za-z0-9_-]{35}|[MNO][A-Za-z\d_-]{23,25}\.[A-Za-z\d_-]{6}\.[A-Za-z\d_-]{27,})`

// randomShapes are runs of letters that nobody has thought up.
func randomShapes() []shape {
	return []shape{
		{"hexadecimal digits like a key's", regexp.MustCompile(`\b[0-9a-fA-F]{32,}\b`), nil},
		{"a random-looking text", regexp.MustCompile(`[A-Za-z0-9+/]{40}\b={0,2}`), func(s string) bool { return s[0] != '/' && mixed(s, 1) }},
		{"a random-looking text", regexp.MustCompile(`[A-Za-z0-9+_-]{24,}={0,2}`), func(s string) bool { return mixed(s, 3) }},
	}
}

// mixed reports whether s has upper and lower case and so many digits, as
// random text has and words in camel case have not.
func mixed(s string, digits int) bool {
	var upper, lower, digit int
	for _, c := range []byte(s) {
		switch {
		case 'A' <= c && c <= 'Z':
			upper++
		case 'a' <= c && c <= 'z':
			lower++
		case '0' <= c && c <= '9':
			digit++
		}
	}
	return upper >= 3 && lower >= 3 && digit >= digits
}

// notAPlaceholder keeps what only describes a secret: <nil>, %s, ***, ${TOKEN}.
func notAPlaceholder(s string) bool {
	return !common[strings.ToLower(s)] && strings.Trim(s, "*x.•") != "" && !strings.HasPrefix(s, "[hidden") &&
		s[0] != '%' && s[0] != '<' && !strings.HasPrefix(s, "${")
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
