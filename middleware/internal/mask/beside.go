package mask

import (
	"regexp"
	"sync"
)

// beside is a form in which a name stands in some distance of its value: an
// expression with groups that are called so.
type beside struct {
	gate func(lower string) bool
	form *regexp.Regexp
}

var besideForms = sync.OnceValue(func() []beside {
	return []beside{
		// PostgreSQL: Key (user_id, token)=(7, x) already exists.
		{anyOf(")=("), regexp.MustCompile(`\b[Kk]ey \((?P<name>[^\r\n]{1,128}?)\)=\((?P<value>[^\r\n]*?)\)(?: already| is |[.,;\s]*$|\s)`)},
		// MySQL: Duplicate entry 'x' for key 'users.api_token'
		{anyOf("duplicate entry"), regexp.MustCompile(`Duplicate entry '(?P<value>[^\r\n]*?)' for key '(?P<name>[^'\r\n]{1,128})'`)},
		// multipart/form-data, also quoted by %q.
		{anyOf("name="), regexp.MustCompile(`\bname=\\?"(?P<name>[^"\\\r\n]{1,64})\\?"(?:\r?\n|(?:\\r)?\\n){2}(?P<value>.*?)(?:\r?\n|(?:\\r)?\\n|$)`)},
	}
})

// besides hides what these forms give a secret's name.
func (m *Masker) besides(where, lower, text string) string {
	for _, b := range besideForms() {
		if !b.gate(lower) {
			continue
		}
		name, value := 2*b.form.SubexpIndex("name"), 2*b.form.SubexpIndex("value")
		var found []span
		for _, at := range b.form.FindAllStringSubmatchIndex(text, -1) {
			if v := (span{at[value], at[value+1]}); v.from < v.to && m.secretName(text[at[name]:at[name+1]]) && notAPlaceholder(text[v.from:v.to]) {
				found = append(found, v)
			}
		}
		text = m.hideNamed(where, text, found)
	}
	return text
}
