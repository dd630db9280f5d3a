package adaptertest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Variables returns the variables by which a well-behaved front server describes
// r to a program mounted at mount (RFC 3875 section 4.1), for clients of CGI and
// of the protocols that carry the same variables. CONTENT_LENGTH is left out
// where the length is unknown, and so are fields whose names others would share when
// they are variables: X_Foo would be HTTP_X_FOO, as X-Foo is.
func Variables(r *http.Request, mount string) iter.Seq2[string, string] {
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	target := requestTarget(r)
	path, query, _ := strings.Cut(target, "?")
	server := url.URL{Host: host}
	port := server.Port()
	if port == "" {
		port = "80"
	}
	return func(yield func(string, string) bool) {
		fixed := [][2]string{
			{"GATEWAY_INTERFACE", "CGI/1.1"},
			{"SERVER_SOFTWARE", "adaptertest"},
			{"SERVER_PROTOCOL", "HTTP/1.1"},
			{"SERVER_NAME", server.Hostname()},
			{"SERVER_ADDR", "127.0.0.1"},
			{"SERVER_PORT", port},
			{"REMOTE_ADDR", "127.0.0.1"},
			{"REMOTE_PORT", "49152"},
			{"REQUEST_METHOD", r.Method},
			{"REQUEST_URI", target},
			{"SCRIPT_NAME", mount},
			{"PATH_INFO", decoded(strings.TrimPrefix(path, mount))},
			{"QUERY_STRING", query},
			{"HTTP_HOST", host},
		}
		for _, v := range slices.Concat(fixed, fieldVariables(r)) {
			if !yield(v[0], v[1]) {
				return
			}
		}
	}
}

// fieldVariables is what comes of the request's fields and of its body.
func fieldVariables(r *http.Request) [][2]string {
	var vars [][2]string
	for name, values := range r.Header {
		separator := ", "
		switch http.CanonicalHeaderKey(name) {
		case "Content-Type":
			vars = append(vars, [2]string{"CONTENT_TYPE", values[0]})
			continue
		case "Content-Length":
			continue
		case "Cookie":
			separator = "; "
		}
		if strings.ContainsFunc(name, ambiguous) {
			continue
		}
		name = "HTTP_" + strings.ReplaceAll(strings.ToUpper(name), "-", "_")
		vars = append(vars, [2]string{name, strings.Join(trimmed(values), separator)})
	}
	if length := outgoingLength(r); length >= 0 {
		vars = append(vars, [2]string{"CONTENT_LENGTH", strconv.FormatInt(length, 10)})
	}
	if r.URL.Scheme == "https" {
		vars = append(vars, [2]string{"HTTPS", "on"})
	}
	return vars
}

// outgoingLength is the length of r's body, -1 if it is unknown. With a body, the
// ContentLength 0 of a client's request means unknown, says net/http.
func outgoingLength(r *http.Request) int64 {
	switch {
	case r.Body == nil || r.Body == http.NoBody:
		return 0
	case r.ContentLength == 0:
		return -1
	}
	return r.ContentLength
}

// ambiguous reports whether c is one of those for which some servers write an
// underscore, too.
func ambiguous(c rune) bool {
	return c != '-' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
}

func trimmed(values []string) []string {
	values = slices.Clone(values)
	for i := range values {
		values[i] = textproto.TrimString(values[i])
	}
	return values
}

func decoded(path string) string {
	if p, err := url.PathUnescape(path); err == nil {
		return p
	}
	return path
}

// ReadGatewayResponse reads the answer of a CGI program, or of a server that
// answers in CGI's form, to r. It is stricter than any front server: no Status, a
// malformed field, a body where there must be none, and bytes beyond or short of
// Content-Length are errors of the program, some of which front servers pass on
// to the client's connection.
func ReadGatewayResponse(from io.Reader, r *http.Request) (*http.Response, error) {
	in := bufio.NewReader(from)
	head, err := textproto.NewReader(in).ReadMIMEHeader()
	if err != nil {
		return nil, fmt.Errorf("the answer's head: %w", err)
	}
	h := http.Header(head)
	line := h.Get("Status")
	code, _, _ := strings.Cut(line, " ")
	status, err := strconv.Atoi(code)
	if err != nil || len(code) != 3 || len(h["Status"]) > 1 {
		return nil, fmt.Errorf("the answer's status: %q", h["Status"])
	}
	h.Del("Status")
	res := &http.Response{
		Status: line, StatusCode: status, Header: h, Request: r,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, ContentLength: -1,
	}
	body := &countedBody{Reader: in, left: -1}
	if length := h.Get("Content-Length"); length != "" {
		n, err := strconv.ParseInt(length, 10, 64)
		if err != nil || n < 0 || len(h["Content-Length"]) > 1 {
			return nil, fmt.Errorf("the answer's Content-Length: %q", h["Content-Length"])
		}
		res.ContentLength, body.left = n, n
	}
	if r.Method == "HEAD" || status < 200 || status == http.StatusNoContent || status == http.StatusNotModified {
		body.left = 0
	}
	res.Body = body
	return res, nil
}

// A countedBody holds a body to its length, where there is one.
type countedBody struct {
	io.Reader
	left int64 // -1 if open
}

var errTooMuch = errors.New("the answer is longer than it may be")

func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if b.left < 0 {
		return n, err
	}
	if int64(n) > b.left {
		return 0, errTooMuch
	}
	b.left -= int64(n)
	if err == io.EOF && b.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (b *countedBody) Close() error { return nil }
