package mask

import "strings"

// naming is how sure it is that a name is a secret's.
type naming int

const (
	noName   naming = iota
	ownName         // by its own words
	twoWords        // with the word before it
)

// assignedName is the name before a sign at the end of text, whether it stands in
// quotes, and whether it is a secret's: by itself, or by what stands before it.
func (m *Masker) assignedName(text string) (name string, quoted bool, how naming) {
	name, quoted = nameBefore(text)
	if m.namesSecret(name) {
		return name, quoted, ownName
	}
	text = strings.TrimRight(text[max(0, len(text)-4*maxName):], " \t\"'`\\")
	before := text[:len(text)-min(len(text), len(name))]
	switch {
	case strings.EqualFold(name, "value") && m.secretName(pairedName(before)):
		return name, quoted, ownName
	case quoted:
	case name == "is" || name == "was":
		if name, _ = subject(text + " "); m.namesSecret(name) {
			return name, false, ownName
		}
	case m.ofTwoWords(before, name):
		return name, false, twoWords
	}
	return "", false, noName
}

// pairedName is what stands as a name at the end of text, before the value that goes
// by it: {"name":"DB_PASSWORD","value":, <add key="Password" value=.
func pairedName(text string) string {
	text = strings.TrimRight(text, " \t\r\n,;\"'`\\-")
	name, _ := nameBefore(text)
	text = strings.TrimRight(text[:len(text)-len(name)], " \"'`\\")
	if !strings.HasSuffix(text, ":") && !strings.HasSuffix(text, "=") {
		return ""
	}
	switch field, _ := nameBefore(text[:len(text)-1]); strings.ToLower(field) {
	case "name", "key":
		return name
	}
	return ""
}
