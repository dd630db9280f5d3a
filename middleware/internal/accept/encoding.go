// Package accept chooses by a request's Accept-Encoding field.
package accept

import "strings"

// maxItems bounds what is read of a header with thousands of items.
const maxItems = 64

// Encoding returns the index of the content coding that the client likes best
// among those offered, which stand in the order of the server's own preference;
// -1 is none, the body as it is. fields are the lines of Accept-Encoding.
//
// It is RFC 9110, section 12.5.3: q-values count, "*" stands for every coding that
// is not named, and identity is what remains when nothing else is acceptable;
// named with a higher q-value than all the offered, it wins. A garbled q-value
// is a refusal. Without the field anything would be acceptable, but who sends none
// has seldom a decoder, so the answer is -1.
func Encoding(fields, offered []string) int {
	best, bestQ := -1, 1 // nothing below 0.001 is acceptable
	for i, coding := range offered {
		if q := quality(fields, coding); q > bestQ || q == bestQ && best < 0 {
			best, bestQ = i, q
		}
	}
	if best >= 0 && named(fields, "identity") > bestQ {
		return -1
	}
	return best
}

// quality is that of a coding, in thousandths.
func quality(fields []string, coding string) int {
	q := named(fields, coding)
	if q < 0 && coding == "gzip" {
		q = named(fields, "x-gzip") // the same (section 8.4.1.3)
	}
	if q < 0 {
		q = named(fields, "*")
	}
	return q
}

// named returns the q-value of an item, or -1 when there is none of that name.
func named(fields []string, name string) int {
	left := maxItems
	for _, field := range fields {
		for field != "" && left > 0 {
			var item string
			item, field, _ = strings.Cut(field, ",")
			left--
			token, params, _ := strings.Cut(item, ";")
			if strings.EqualFold(strings.Trim(token, " \t"), name) {
				return qvalue(params)
			}
		}
	}
	return -1
}

// qvalue reads the weight among an item's parameters: 1000 when there is none, 0
// when it is not of the form of section 12.4.2.
func qvalue(params string) int {
	for params != "" {
		var param string
		param, params, _ = strings.Cut(params, ";")
		param = strings.Trim(param, " \t")
		if len(param) > 1 && (param[0] == 'q' || param[0] == 'Q') && param[1] == '=' {
			return thousandths(param[2:])
		}
	}
	return 1000
}

// thousandths reads "1", "0.5" or "1.000".
func thousandths(s string) int {
	if s == "" || len(s) > len("0.000") || s[0] != '0' && s[0] != '1' || len(s) > 1 && s[1] != '.' {
		return 0
	}
	q := 1000 * int(s[0]-'0')
	for i, unit := 2, 100; i < len(s); i, unit = i+1, unit/10 {
		if s[i] < '0' || s[i] > '9' {
			return 0
		}
		q += unit * int(s[i]-'0')
	}
	if q > 1000 {
		return 0
	}
	return q
}
