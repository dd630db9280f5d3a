package form

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSafeName leaves room for a prefix below the 255 bytes of a file system.
const maxSafeName = 120

// SafeName makes one harmless element of a path from the name that a client gave
// to a file: no folder, no control or invisible character, none that a shell or Windows treats
// specially, no leading dot or dash, no trailing dot or space, no device name
// of Windows, at most 120 bytes, never empty. Letters of all scripts stay.
//
// Two names may become the same, and the client chooses: do not overwrite what is
// there ([os.O_EXCL]), and mind the extension if a server executes files by it.
func SafeName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:] // old browsers sent whole Windows paths
	name = strings.Map(safeRune, strings.ToValidUTF8(name, "_"))
	name = strings.Trim(name, ". ")
	name = strings.TrimLeft(name, ".- ")
	if isDevice(name) {
		name = "file-" + name
	}
	ext := path.Ext(name)
	if len(ext) > 16 {
		ext = ""
	}
	stem := truncate(strings.TrimSuffix(name, ext), maxSafeName-len(ext))
	name = strings.TrimRight(stem+ext, ". ")
	if name == "" {
		return "file"
	}
	return name
}

// safeRune keeps letters, marks, digits and a few signs; the rest becomes "_",
// or nothing where it could not be seen.
func safeRune(r rune) rune {
	switch {
	case unicode.Is(unicode.Cf, r) || unicode.IsControl(r): // such as U+202E, which shows exe.gpj as jpg.exe
		return -1
	case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsDigit(r), strings.ContainsRune(".-_ ()+,@", r):
		return r
	}
	return '_'
}

// truncate cuts s to max bytes, between characters.
func truncate(s string, max int) string {
	if len(s) <= max {
		return s
	}
	for max > 0 && !utf8.RuneStart(s[max]) {
		max--
	}
	return s[:max]
}

// isDevice knows the names that Windows opens as devices, whatever extension
// follows. Those with a raised digit (COM¹) were mapped to others before.
func isDevice(name string) bool {
	stem, _, _ := strings.Cut(strings.ToUpper(name), ".")
	stem = strings.TrimRight(stem, " ")
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	port, ok := strings.CutPrefix(stem, "COM")
	if !ok {
		port, ok = strings.CutPrefix(stem, "LPT")
	}
	return ok && len(port) == 1 && strings.ContainsAny(port, "0123456789")
}
