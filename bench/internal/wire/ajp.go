package wire

import (
	"bufio"
	"encoding/binary"
	"fmt"
)

// AJP speaks AJP/1.3 as Apache does, with the same fields as the others.
var AJP Protocol = ajp{}

type ajp struct{}

// Types of packets, and attributes.
const (
	ajpForwardRequest = 2
	ajpSendBodyChunk  = 3
	ajpSendHeaders    = 4
	ajpEndResponse    = 5

	ajpGET         = 2
	ajpQueryString = 5
	ajpNamed       = 10
	ajpDone        = 0xff
)

// ajpFields are the browser's, with the codes of their names.
var ajpFields = []struct {
	code  uint16
	value string
}{
	{0xa00b, "www.example.com"},
	{0xa00e, "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"},
	{0xa001, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
	{0xa004, "en-US,en;q=0.5"},
	{0xa003, "gzip, deflate, br"},
	{0xa009, "theme=dark; visits=12"},
}

func (ajp) Request(_ bool, extra ...Field) []byte {
	p := []byte{ajpForwardRequest, ajpGET}
	for _, s := range []string{"HTTP/1.1", "/hello", "192.0.2.7", "192.0.2.7", "www.example.com"} {
		p = appendAJPString(p, s)
	}
	p = append(p, 0, 80, 0)
	p = binary.BigEndian.AppendUint16(p, uint16(len(ajpFields)+len(extra)))
	for _, f := range ajpFields {
		p = binary.BigEndian.AppendUint16(p, f.code)
		p = appendAJPString(p, f.value)
	}
	for _, f := range extra {
		p = appendAJPString(appendAJPString(p, f.Name), f.Value)
	}
	p = appendAJPString(append(p, ajpQueryString), "lang=en")
	p = appendAJPString(appendAJPString(append(p, ajpNamed), "AJP_REMOTE_PORT"), "51234")
	p = append(p, ajpDone)
	b := binary.BigEndian.AppendUint16([]byte{0x12, 0x34}, uint16(len(p)))
	return append(b, p...)
}

func appendAJPString(b []byte, s string) []byte {
	b = binary.BigEndian.AppendUint16(b, uint16(len(s)))
	return append(append(b, s...), 0)
}

func (ajp) readAnswer(r *bufio.Reader) (int, error) {
	size := 0
	for {
		head, err := r.Peek(6) // END_RESPONSE, the shortest
		if err != nil {
			return size, err
		}
		kind, n := head[4], 4+int(binary.BigEndian.Uint16(head[2:]))
		switch kind {
		case ajpSendHeaders:
			if head, err = r.Peek(7); err == nil && binary.BigEndian.Uint16(head[5:]) != 200 {
				err = errNotOK
			}
		case ajpSendBodyChunk:
			size += n - 8
		case ajpEndResponse:
		default:
			err = fmt.Errorf("wire: packet of type %d in the answer", kind)
		}
		if err == nil {
			_, err = r.Discard(n)
		}
		if err != nil || kind == ajpEndResponse {
			return size, err
		}
	}
}
