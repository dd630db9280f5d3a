package middleware

import (
	"strconv"
	"unicode/utf8"
)

// appendJSON is the line that slog.JSONHandler would write, at a third of its
// price: that handler, which must be ready for anything, is most of what a
// request costs in a chain of everyday middleware. The attributes are those of
// appendAttrs, which costs a third of this if it comes first.
func (e *exchange) appendJSON(b []byte) []byte {
	b = appendJSONTime(append(b, `{"time":"`...), e.end)
	b = append(append(b, `","level":"`...), e.level().String()...)
	line := append(jsonLine(b), `","msg":"`+recordMessage+`"`...)
	line = line.clean("method", e.r.Method)
	line = line.clean("path", e.target())
	line = line.number("status", int64(e.status))
	line = line.number("bytes", e.w.Bytes())
	line = line.number("duration", int64(e.took))
	line = line.text("client", e.c.ClientText())
	if id := e.c.RequestID(); id != "" {
		line = line.text("request_id", id)
	}
	if user := e.c.User().Name; user != "" {
		line = line.clean("user", user)
	}
	if e.aborted {
		line = append(line, `,"aborted":true`...)
	}
	if e.errorID != "" {
		line = line.text("error_id", e.errorID)
	}
	if e.failure != nil {
		line = line.clean("error", e.cause())
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

// clean is text for what comes from outside.
func (b jsonLine) clean(name, value string) jsonLine {
	if len(value) > longestLogged || plainJSON(value) < len(value) {
		return b.text(name, clean(value))
	}
	return append(append(append(b.key(name), '"'), value...), '"')
}

func (b jsonLine) number(name string, n int64) jsonLine {
	return strconv.AppendInt(b.key(name), n, 10)
}

// appendJSONString escapes what RFC 8259, section 7, demands, and like slog
// U+2028 and U+2029, which end a line in JavaScript.
func appendJSONString(b []byte, s string) []byte {
	for {
		n := plainJSON(s)
		if b, s = append(b, s[:n]...), s[n:]; s == "" {
			return b
		}
		c, size := utf8.DecodeRuneInString(s)
		b, s = appendJSONRune(b, c, s[:size]), s[size:]
	}
}

func appendJSONRune(b []byte, c rune, as string) []byte {
	const hex = "0123456789abcdef"
	switch {
	case c == utf8.RuneError && len(as) == 1:
		return append(b, `\ufffd`...)
	case c == '\u2028' || c == '\u2029':
		return append(append(b, `\u202`...), hex[c&15])
	case c == '"' || c == '\\':
		return append(b, '\\', byte(c))
	case c < ' ':
		return appendJSONControl(b, byte(c))
	}
	return append(b, as...)
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
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return i
		}
	}
	return len(s)
}
