package wire

import (
	"bufio"
	"bytes"
	"errors"
	"strconv"
)

// HTTP speaks HTTP/1.1 and sends what nginx passes on as a proxy: the browser's fields, the same as FastCGI's HTTP_
// variables, and the two that tell the client's address and scheme.
var HTTP Protocol = http1{}

type http1 struct{}

func (http1) Request(keep bool, extra ...Field) []byte {
	var b bytes.Buffer
	b.WriteString("GET /hello?lang=en HTTP/1.1\r\n" +
		"Host: www.example.com\r\n" +
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n" +
		"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n" +
		"Accept-Language: en-US,en;q=0.5\r\n" +
		"Accept-Encoding: gzip, deflate, br\r\n" +
		"Cookie: theme=dark; visits=12\r\n" +
		"X-Forwarded-For: 192.0.2.7\r\n" +
		"X-Forwarded-Proto: http\r\n")
	for _, f := range extra {
		b.WriteString(f.Name + ": " + f.Value + "\r\n")
	}
	if !keep {
		b.WriteString("Connection: close\r\n")
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

var (
	errNoLength  = errors.New("wire: answer without a Content-Length")
	errNotOK     = errors.New("wire: the answer's status is not 200")
	statusOK     = []byte("HTTP/1.1 200 ")
	lengthPrefix = []byte("Content-Length: ")
)

func (http1) readAnswer(r *bufio.Reader) (int, error) {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if !bytes.HasPrefix(line, statusOK) {
		return 0, errNotOK
	}
	length := -1
	for {
		line, err = r.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		if len(line) == 2 {
			break
		}
		if v, ok := bytes.CutPrefix(line, lengthPrefix); ok {
			// The compiler keeps this conversion off the heap: Atoi lets go of its argument.
			length, err = strconv.Atoi(string(bytes.TrimSpace(v)))
			if err != nil {
				return 0, err
			}
		}
	}
	if length < 0 {
		return 0, errNoLength
	}
	return r.Discard(length)
}
