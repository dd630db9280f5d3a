package mask

import "strings"

const (
	cdata    = "<![CDATA["
	cdataEnd = "]]>"
)

// tags hides what stands between the tags of a secret's name:
// <password>x</password>.
func (m *Masker) tags(where, text string) string {
	var found []span
	for at := 0; at < len(text); at++ {
		next := strings.IndexByte(text[at:], '<')
		if next < 0 {
			break
		}
		at += next
		v, ok := content(text, at)
		if !ok || !m.namesSecret(tagName(text[at+1:])) || !notAPlaceholder(strings.TrimSpace(text[v.from:v.to])) {
			continue
		}
		found = append(found, v)
		at = v.to - 1
	}
	return m.hideNamed(where, text, found)
}

// tagName is the name that text begins with, without its name space.
func tagName(text string) string {
	n := 0
	for n < len(text) && n < maxName && (wordByte(text[n]) || strings.IndexByte(".-:", text[n]) >= 0) {
		n++
	}
	return text[strings.LastIndexByte(text[:n], ':')+1 : n]
}

// maxTag is how long a tag is at most, with its attributes.
const maxTag = 512

// content is the text between the tag at text[at] and the end tag that follows.
func content(text string, at int) (span, bool) {
	end := strings.IndexAny(text[at+1:min(len(text), at+maxTag)], "<>")
	if end <= 0 {
		return span{}, false
	}
	from := at + 1 + end + 1
	if text[from-1] != '>' || text[from-2] == '/' || text[at+1] == '/' {
		return span{}, false
	}
	if strings.HasPrefix(text[from:], cdata) {
		from += len(cdata)
		n := strings.Index(text[from:min(len(text), from+maxBracketed)], cdataEnd)
		return span{from, from + n}, n > 0
	}
	n := strings.IndexByte(text[from:], '<')
	return span{from, from + n}, n > 0 && strings.HasPrefix(text[from+n:], "</")
}
