package middleware

import (
	"strconv"
	"time"
	"unicode/utf8"
)

// appendJSON is the line that slog.JSONHandler would write, at a third of its
// price: that handler, which must be ready for anything, is most of what a
// request costs in a chain of everyday middleware. The attributes are those of
// appendAttrs, which costs a third of this if it comes first.
func (e *exchange) appendJSON(b []byte) []byte {
	b = e.end.AppendFormat(append(b, `{"time":"`...), time.RFC3339Nano)
	b = append(append(b, `","level":"`...), e.level().String()...)
	line := append(jsonLine(b), `","msg":"`+recordMessage+`"`...)
	line = line.text("method", clean(e.r.Method))
	line = line.text("path", clean(e.target()))
	line = line.number("status", int64(e.status))
	line = line.number("bytes", e.w.Bytes())
	line = line.number("duration", int64(e.end.Sub(e.start)))
	line = line.text("client", e.client())
	if id := e.c.RequestID(); id != "" {
		line = line.text("request_id", id)
	}
	if user := e.c.User().Name; user != "" {
		line = line.text("user", clean(user))
	}
	if e.aborted {
		line = append(line, `,"aborted":true`...)
	}
	if e.errorID != "" {
		line = line.text("error_id", e.errorID)
	}
	if e.failure != nil {
		line = line.text("error", clean(e.cause()))
	}
	return append(line, "}\n"...)
}

// jsonLine is the beginning of a JSON object.
type jsonLine []byte

func (b jsonLine) key(name string) jsonLine {
	return append(append(append(b, `,"`...), name...), `":`...)
}

func (b jsonLine) text(name, value string) jsonLine {
	return append(appendJSONString(append(b.key(name), '"'), value), '"')
}

func (b jsonLine) number(name string, n int64) jsonLine {
	return strconv.AppendInt(b.key(name), n, 10)
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
