package wire

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"strconv"
)

// SCGI and Uwsgi speak them as nginx does, with the variables that it sends over FastCGI. A connection carries one request, and
// its end is that of the answer.
var (
	SCGI  Protocol = once{appendSCGI, []byte("Status: 200")}
	Uwsgi Protocol = once{appendUwsgi, []byte("HTTP/1.1 200")}
)

type once struct {
	appendRequest func(b []byte, vars []Field) []byte
	ok            []byte // what a good answer begins with
}

// Request ignores keep: there is no such thing.
func (o once) Request(_ bool, extra ...Field) []byte {
	vars := []Field{{"CONTENT_LENGTH", "0"}, {"SCGI", "1"}}
	for _, v := range nginxVariables {
		if v.Name != "CONTENT_LENGTH" {
			vars = append(vars, v)
		}
	}
	for _, f := range extra {
		vars = append(vars, Field{"HTTP_" + f.Name, f.Value})
	}
	return o.appendRequest(nil, vars)
}

func appendSCGI(b []byte, vars []Field) []byte {
	var block []byte
	for _, v := range vars {
		block = append(append(block, v.Name...), 0)
		block = append(append(block, v.Value...), 0)
	}
	b = append(strconv.AppendInt(b, int64(len(block)), 10), ':')
	return append(append(b, block...), ',')
}

func appendUwsgi(b []byte, vars []Field) []byte {
	var block []byte
	for _, v := range vars {
		for _, s := range []string{v.Name, v.Value} {
			block = append(binary.LittleEndian.AppendUint16(block, uint16(len(s))), s...)
		}
	}
	b = append(binary.LittleEndian.AppendUint16(append(b, 0), uint16(len(block))), 0)
	return append(b, block...)
}

func (o once) readAnswer(r *bufio.Reader) (int, error) {
	p, err := r.Peek(len(o.ok))
	if err == nil && !bytes.Equal(p, o.ok) {
		err = errNotOK
	}
	if err != nil {
		return 0, err
	}
	for size := 0; ; {
		if _, err := r.Peek(1); err == io.EOF {
			return size, nil
		} else if err != nil {
			return size, err
		}
		n, _ := r.Discard(r.Buffered())
		size += n
	}
}
