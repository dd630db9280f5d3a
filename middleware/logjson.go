package middleware

import (
	"log/slog"
	"strconv"
	"time"
	"unicode/utf8"
)

// appendJSON is the line that slog.JSONHandler would write, at a third of its
// price: that handler, which must be ready for anything, is most of what a
// request costs in a chain of everyday middleware.
func (e *exchange) appendJSON(b []byte) []byte {
	b = append(b, `{"time":"`...)
	b = e.end.AppendFormat(b, time.RFC3339Nano)
	b = append(append(b, `","level":"`...), e.level().String()...)
	b = append(b, `","msg":"`+recordMessage+`"`...)
	for _, a := range e.appendAttrs(make([]slog.Attr, 0, maxAttrs)) {
		b = append(append(append(b, `,"`...), a.Key...), `":`...)
		switch a.Value.Kind() {
		case slog.KindString:
			b = append(appendJSONString(append(b, '"'), a.Value.String()), '"')
		case slog.KindBool:
			b = strconv.AppendBool(b, a.Value.Bool())
		case slog.KindDuration:
			b = strconv.AppendInt(b, int64(a.Value.Duration()), 10)
		case slog.KindInt64:
			b = strconv.AppendInt(b, a.Value.Int64(), 10)
		}
	}
	return append(b, "}\n"...)
}

// appendJSONString escapes what RFC 8259, section 7, demands, and like slog
// U+2028 and U+2029, which end a line in JavaScript.
func appendJSONString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	for len(s) > 0 {
		n := plainJSON(s)
		if b, s = append(b, s[:n]...), s[n:]; s == "" {
			break
		}
		c, size := utf8.DecodeRuneInString(s)
		switch {
		case c == utf8.RuneError && size == 1:
			b = append(b, `\ufffd`...)
		case c == '\u2028' || c == '\u2029':
			b = append(b, `\u202`...)
			b = append(b, hex[c&15])
		case c == '"' || c == '\\':
			b = append(b, '\\', byte(c))
		case c < ' ':
			b = appendJSONControl(b, byte(c))
		default:
			b = append(b, s[:size]...)
		}
		s = s[size:]
	}
	return b
}

func appendJSONControl(b []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	}
	return append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}

// plainJSON is how many bytes at the beginning of s stand for themselves.
func plainJSON(s string) int {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			return i
		}
	}
	return len(s)
}
