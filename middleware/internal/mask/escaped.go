package mask

import "strings"

// maxEscapes is how often a text is unescaped: an address may be a parameter of
// another one, and that of a third.
const maxEscapes = 3

// escaped is assignments for names and values that are escaped in their turn, such
// as those in ?next=%2Fcb%3Faccess_token%3Dx.
func (m *Masker) escaped(where, text string) string {
	for level := 1; level <= maxEscapes; level++ {
		plain := unescaped{text: text}
		for range level {
			if !plain.unescape() {
				return text
			}
		}
		found := m.assigned(plain.text, false)
		for i, s := range found {
			found[i] = span{plain.origin(s.from), plain.origin(s.to)}
		}
		text = m.hideNamed(where, text, found)
	}
	return text
}

// unescaped is a text, and where its bytes stand in that which it was made of.
type unescaped struct {
	text string
	at   []int // nil: at the same places
}

func (u *unescaped) origin(i int) int {
	if u.at == nil {
		return i
	}
	return u.at[i]
}

// unescape replaces %XX, and reports whether there were any.
func (u *unescaped) unescape() bool {
	if !strings.Contains(u.text, "%") {
		return false
	}
	var b strings.Builder
	at := make([]int, 0, len(u.text)+1)
	for i := 0; i < len(u.text); i++ {
		at = append(at, u.origin(i))
		if c := u.text[i:]; c[0] == '%' && len(c) > 2 && hexDigit(c[1]) && hexDigit(c[2]) {
			b.WriteByte(nibble(c[1])<<4 | nibble(c[2]))
			i += 2
			continue
		}
		b.WriteByte(u.text[i])
	}
	changed := b.Len() < len(u.text)
	u.text, u.at = b.String(), append(at, u.origin(len(u.text)))
	return changed
}

func nibble(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&0xf + 9
}
