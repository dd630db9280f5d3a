package mask

import (
	"strings"
	"sync"
)

// words are looked for in names that [fold] has written: '_' stands where a word
// begins or ends, so "_pin_" is a word of its own and "pass_" the end of one.
type words [256][]string // by their first byte

func wordsOf(lists ...string) *words {
	all := new(words)
	for _, list := range lists {
		for w := range strings.FieldsSeq(list) {
			all[w[0]] = append(all[w[0]], w)
		}
	}
	return all
}

// in reports whether one of them stands in a name, in one pass over it.
func (all *words) in(name string) bool {
	for i := range len(name) {
		for _, w := range all[name[i]] {
			if strings.HasPrefix(name[i:], w) {
				return true
			}
		}
	}
	return false
}

// Words of more than one part, or that are part of no ordinary word, found across
// the separators: "DB_PASSWORD", "x-api-key", "clientSecret", "PHPSESSID".
const (
	joinedInText = `password passwd passphrase passcode passwort kennwort contraseña contrasena motdepasse wachtwoord parolachiave
		apikey appkey accesskey accountkey privatekey secretkey signingkey encryptionkey masterkey authkey sharedkey blockkey signingsalt
		accesstoken credential sessionid sessid csrf xsrf jwt bearer htpasswd connectionstring protectionbypass oidcdata clientprincipal
		samlresponse clientassertion codeverifier recoverycode backupcode mfacode verificationcode onetimecode securitycode securityanswer
		creditcard cardnumber ccnum accountnumber vapidprivate stripesk`
	joinedInNames = `session cookie authorization`
)

// Words that do so within one word of a name, unless that is a harmless one.
// In names of values it is at least what Django hides, whose rule is API, AUTH,
// TOKEN, KEY, SECRET, PASS, SIGNATURE and HTTP_COOKIE wherever they stand; but of
// words in which "api" is not the beginning or end few are meant: "escaping".
// In a text "key", "auth" and "session" are prose more often than names.
const (
	wordsInText  = `token secret pwd pass_ _pw_ pw_ psk_ _senha_ _pin_ _cvv_ _cvc_ _otp_ _totp_ _sig_ signature_`
	wordsInNames = `_api api_ auth key pass signature _sid_ _sess_ _ssn_ _dsn_ _iban_ _salt_ _hmac_ _pat_ _pepper_ _seed_ _assertion_ _mnemonic_`
)

// harmless are words that contain one of these and are none.
const harmless = `_apiary _apiversion _api_version
	unauthenticated authenticated unauthorized unauthorised author
	keyboard keybinding keycloak keyframe keyhole keyless keymap keynote keypad keypress keystone keystroke keyword
	_donkey _hockey _hotkey _jockey _lackey _mickey _monkey _turkey _turnkey _whiskey
	passage passed passel passenger passer passes passing passion passive passover passthrough pass_through
	_bypass _compass _encompass _impasse _overpass _surpass _trespass _underpass
	secretari secretary tokenisa tokenise tokenising tokenism tokeniz`

// vocabulary is what makes a name a secret's.
type vocabulary struct{ joined, words *words }

var (
	inNames = sync.OnceValue(func() vocabulary {
		return vocabulary{wordsOf(joinedInText, joinedInNames), wordsOf(wordsInText, wordsInNames)}
	})
	inTexts = sync.OnceValue(func() vocabulary {
		return vocabulary{wordsOf(joinedInText), wordsOf(wordsInText)}
	})
	harmlessWords   = sync.OnceValue(func() *words { return wordsOf(harmless) })
	withoutHarmless = sync.OnceValue(func() *strings.Replacer {
		pairs := []string{"authorized", "_", "authorised", "_", "authoriz", "authoriz", "authoris", "authoris"} // which begin with "author"
		for w := range strings.FieldsSeq(harmless) {
			pairs = append(pairs, w, "_")
		}
		return strings.NewReplacer(pairs...)
	})
)
