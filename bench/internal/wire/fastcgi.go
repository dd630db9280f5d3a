package wire

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
)

// Record types and sizes of the FastCGI specification, section 8.
const (
	typeBeginRequest = 1
	typeEndRequest   = 3
	typeParams       = 4
	typeStdin        = 5
	typeStdout       = 6

	typeGetValues       = 9
	typeGetValuesResult = 10

	headerSize    = 8
	maxContent    = 65535
	roleResponder = 1
	flagKeepConn  = 1
)

// FastCGI speaks it as nginx does: one request at a time, always with id 1.
var FastCGI Protocol = fastCGI{}

type fastCGI struct{}

func (fastCGI) Request(keep bool, extra ...Field) []byte {
	b := appendBegin(nil, 1, keep)
	b = appendStream(b, typeParams, 1, fastCGIParams(extra...), maxContent)
	return appendRecord(b, typeStdin, 1, nil)
}

// appendBegin appends a BEGIN_REQUEST record for the responder role.
func appendBegin(b []byte, id uint16, keep bool) []byte {
	body := [8]byte{1: roleResponder}
	if keep {
		body[2] = flagKeepConn
	}
	return appendRecord(b, typeBeginRequest, id, body[:])
}

// fastCGIParams returns the encoded variables that Debian's nginx sends for a browser's GET: 24 of them, as in
// its fastcgi_params plus the fields of the request; extra fields follow as HTTP_ variables.
func fastCGIParams(extra ...Field) []byte {
	var b []byte
	for _, v := range nginxVariables {
		b = appendPair(b, v.Name, v.Value)
	}
	for _, f := range extra {
		b = appendPair(b, "HTTP_"+f.Name, f.Value)
	}
	return b
}

var nginxVariables = []Field{
	{"QUERY_STRING", "lang=en"},
	{"REQUEST_METHOD", "GET"},
	{"CONTENT_TYPE", ""},
	{"CONTENT_LENGTH", ""},
	{"SCRIPT_NAME", "/hello"},
	{"REQUEST_URI", "/hello?lang=en"},
	{"DOCUMENT_URI", "/hello"},
	{"DOCUMENT_ROOT", "/usr/share/nginx/html"},
	{"SERVER_PROTOCOL", "HTTP/1.1"},
	{"REQUEST_SCHEME", "http"},
	{"GATEWAY_INTERFACE", "CGI/1.1"},
	{"SERVER_SOFTWARE", "nginx/1.22.1"},
	{"REMOTE_ADDR", "192.0.2.7"},
	{"REMOTE_PORT", "51234"},
	{"SERVER_ADDR", "192.0.2.1"},
	{"SERVER_PORT", "80"},
	{"SERVER_NAME", "www.example.com"},
	{"REDIRECT_STATUS", "200"},
	{"HTTP_HOST", "www.example.com"},
	{"HTTP_USER_AGENT", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"},
	{"HTTP_ACCEPT", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
	{"HTTP_ACCEPT_LANGUAGE", "en-US,en;q=0.5"},
	{"HTTP_ACCEPT_ENCODING", "gzip, deflate, br"},
	{"HTTP_COOKIE", "theme=dark; visits=12"},
}

func (fastCGI) readAnswer(r *bufio.Reader) (int, error) {
	size := 0
	for {
		kind, n, err := readRecord(r)
		if err != nil {
			return size, err
		}
		if kind == typeStdout && size == 0 {
			if err := expectOK(r, n); err != nil {
				return 0, err
			}
		}
		if _, err := r.Discard(n); err != nil {
			return size, err
		}
		switch kind {
		case typeStdout:
			size += n
		case typeEndRequest:
			return size, nil
		default:
			return size, fmt.Errorf("wire: record of type %d in the answer", kind)
		}
	}
}

// readRecord reads the header of a record and returns its type and the number of bytes that follow: content and padding.
// Padding counts as content, which is exact enough for sizes that are compared only with themselves.
func readRecord(r *bufio.Reader) (kind byte, size int, err error) {
	head, err := r.Peek(headerSize)
	if err != nil {
		return 0, 0, err
	}
	kind, size = head[1], int(binary.BigEndian.Uint16(head[4:]))+int(head[6])
	_, err = r.Discard(headerSize)
	return kind, size, err
}

var cgiStatusOK = []byte("Status: 200")

// expectOK looks at the beginning of the answer's first record: a server that answers an error page is not fast.
func expectOK(r *bufio.Reader, size int) error {
	p, err := r.Peek(min(size, len(cgiStatusOK)))
	if err == nil && !bytes.Equal(p, cgiStatusOK) {
		err = errNotOK
	}
	return err
}

// appendStream appends content as records of at most n bytes and the empty record that ends the stream.
func appendStream(b []byte, kind byte, id uint16, content []byte, n int) []byte {
	for len(content) > 0 {
		m := min(len(content), n)
		b = appendRecord(b, kind, id, content[:m])
		content = content[m:]
	}
	return appendRecord(b, kind, id, nil)
}

func appendRecord(b []byte, kind byte, id uint16, content []byte) []byte {
	b = append(b, 1, kind)
	b = binary.BigEndian.AppendUint16(b, id)
	b = binary.BigEndian.AppendUint16(b, uint16(len(content)))
	b = append(b, 0, 0)
	return append(b, content...)
}

func appendPair(b []byte, name, value string) []byte {
	b = appendLength(b, len(name))
	b = appendLength(b, len(value))
	b = append(b, name...)
	return append(b, value...)
}

func appendLength(b []byte, n int) []byte {
	if n < 128 {
		return append(b, byte(n))
	}
	return binary.BigEndian.AppendUint32(b, uint32(n)|1<<31)
}
