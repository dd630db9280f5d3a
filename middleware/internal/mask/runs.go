package mask

// A random text is a run of bytes of one set that nobody has thought up. Runs are
// found by hand: it takes a tenth of what an expression takes.

func alphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

func wordByte(c byte) bool { return alphanumeric(c) || c == '_' }

func hexDigit(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func base32Byte(c byte) bool { return 'A' <= c && c <= 'Z' || '2' <= c && c <= '7' }
func base64Byte(c byte) bool { return alphanumeric(c) || c == '+' || c == '/' }
func urlByte(c byte) bool    { return alphanumeric(c) || c == '+' || c == '-' || c == '_' }

// runs finds the runs that are at least so long, with padding; a word is no part
// of a longer one.
func runs(in func(byte) bool, length int, word bool) func(string) []span {
	return func(text string) []span {
		var found []span
		for i := 0; i < len(text); i++ {
			if !in(text[i]) {
				continue
			}
			from := i
			for i < len(text) && in(text[i]) {
				i++
			}
			if i-from < length || word && (from > 0 && wordByte(text[from-1]) || i < len(text) && wordByte(text[i])) {
				continue
			}
			to := i
			for to < len(text) && to < i+2 && text[to] == '=' {
				to++
			}
			found = append(found, span{from, to})
		}
		return found
	}
}

// mixed reports whether s has upper and lower case and so many digits, as
// random text has and words in camel case have not.
func mixed(s string, digits int) bool {
	upper, lower, digit := count(s)
	return upper >= 3 && lower >= 3 && digit >= digits
}

func count(s string) (upper, lower, digit int) {
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
	return upper, lower, digit
}

// totpKey reports whether s may be the key of an authenticator in base 32. Those
// have 80, 128, 160 or 256 bits, and words in capitals have no digits.
func totpKey(s string) bool {
	upper, _, digit := count(s)
	n := upper + digit
	return (n%8 == 0 || n == 26 || n == 52) && digit >= 2 && upper >= digit
}
