package mask

import (
	"fmt"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxBytes is how many bytes are shown of what is no text.
const maxBytes = 256

// isBytes reports whether v is a list of bytes, and not of a type that has names for
// its values.
func isBytes(v reflect.Value) bool {
	if v.Kind() != reflect.Slice && v.Kind() != reflect.Array {
		return false
	}
	element := v.Type().Elem()
	return element.Kind() == reflect.Uint8 && element.NumMethod() == 0
}

// bytesOf is the beginning of a list of bytes.
func bytesOf(v reflect.Value, most int) []byte {
	if v.Kind() == reflect.Slice {
		return v.Bytes()[:min(v.Len(), most)]
	}
	b := make([]byte, min(v.Len(), most))
	for i := range b {
		b[i] = byte(v.Index(i).Uint())
	}
	return b
}

// bytes writes the body of a request, or what a command had to say, as the text that
// it is, and other bytes in hexadecimal digits.
func (w *walker) bytes(v reflect.Value) {
	text := string(bytesOf(v, maxText+utf8.UTFMax))
	if readable(text) {
		w.WriteString(shorten(text))
		return
	}
	fmt.Fprintf(w, "%x", text[:min(len(text), maxBytes)])
	if v.Len() > maxBytes {
		fmt.Fprintf(w, "... (%d bytes)", v.Len())
	}
}

// readable reports whether bytes are a text. The last letter may be cut off.
func readable(s string) bool {
	for range utf8.UTFMax - 1 {
		if !utf8.ValidString(s) && len(s) > maxText {
			s = s[:len(s)-1]
		}
	}
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }) < 0
}
