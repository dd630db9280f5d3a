package middleware

import (
	"io"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// lineWriter writes the forms whose lines need no slog.Handler.
type lineWriter struct {
	form LogForm
	mu   sync.Mutex
	out  io.Writer
}

var lineBuffers = sync.Pool{New: func() any { return new([]byte) }}

// write writes one line, in one Write, so that many processes can share a file.
// An error has nowhere to go.
func (l *lineWriter) write(e *exchange) {
	buf := lineBuffers.Get().(*[]byte)
	defer lineBuffers.Put(buf)
	if l.form == LogJSON {
		*buf = e.appendJSON((*buf)[:0])
	} else {
		*buf = e.appendLine((*buf)[:0], l.form == LogCombined)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = l.out.Write(*buf)
}

// appendLine is Apache's "%h - %u %t \"%r\" %>s %b", and for the combined form
// " \"%{Referer}i\" \"%{User-Agent}i\"".
func (e *exchange) appendLine(b []byte, combined bool) []byte {
	b = appendField(b, e.c.ClientText())
	b = append(b, " - "...)
	b = appendField(b, e.c.User().Name)
	b = append(append(b, ' '), commonTimes.format(e.start)...)
	b = append(b, ` "`...)
	b = appendEscaped(b, e.r.Method, false)
	b = appendEscaped(append(b, ' '), e.target(), false)
	b = appendEscaped(append(b, ' '), e.r.Proto, false)
	b = strconv.AppendInt(append(b, `" `...), int64(e.status), 10)
	if n := e.w.Bytes(); n > 0 {
		b = strconv.AppendInt(append(b, ' '), n, 10)
	} else {
		b = append(b, " -"...)
	}
	if combined {
		b = appendQuoted(append(b, ' '), e.r.Referer())
		b = appendQuoted(append(b, ' '), e.r.UserAgent())
	}
	return append(b, '\n')
}

// appendField appends what stands between spaces.
func appendField(b []byte, s string) []byte {
	if s == "" {
		return append(b, '-')
	}
	return appendEscaped(b, s, true)
}

func appendQuoted(b []byte, s string) []byte {
	if s == "" {
		return append(b, `"-"`...)
	}
	return append(appendEscaped(append(b, '"'), s, false), '"')
}

// appendEscaped escapes as Apache's httpd does since CVE-2003-0020: the quote, the
// backslash, and every byte that is not printable ASCII.
func appendEscaped(b []byte, s string, spaces bool) []byte {
	const hex = "0123456789abcdef"
	s, rest := bounded(s)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ' || c >= 0x7f || spaces && c == ' ':
			b = append(b, '\\', 'x', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, rest...)
}

// longestLogged bounds what one request can make of a log: a server takes heads
// of a megabyte.
const longestLogged = 2048

// bounded cuts off what is too long, and returns a mark to put in its place.
func bounded(s string) (start, mark string) {
	if len(s) <= longestLogged {
		return s, ""
	}
	return s[:longestLogged], "...(" + strconv.Itoa(len(s)) + " bytes)"
}

// clean makes s safe for any slog.Handler, also one that writes strings as they
// are: line breaks, escape sequences of terminals, marks that turn the direction
// of writing and bytes that are not UTF-8 are escaped as in Go's source.
func clean(s string) string {
	if len(s) <= longestLogged && isPrintable(s) {
		return s
	}
	s, mark := bounded(s)
	if !isPrintable(s) {
		s = strconv.Quote(s)
		s = s[1 : len(s)-1]
	}
	return s + mark
}

func isPrintable(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return utf8.ValidString(s) && strings.IndexFunc(s, isNotPrint) < 0
		}
		if s[i] < ' ' || s[i] == 0x7f {
			return false
		}
	}
	return true
}

func isNotPrint(r rune) bool { return !strconv.IsPrint(r) }

// target is the request's target as the client sent it, which says more than
// URL.Path: what was encoded, and the mount point.
func (e *exchange) target() string {
	target := e.r.RequestURI
	if target == "" { // a request that came over no wire
		target = e.r.URL.RequestURI()
	}
	if !e.log.Query {
		target, _, _ = strings.Cut(target, "?")
	}
	return target
}
