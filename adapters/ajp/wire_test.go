package ajp

import (
	"encoding/binary"
	"strconv"
)

// What front servers send.

// toUs makes packets to the container of their contents.
func toUs(contents ...[]byte) (b []byte) {
	for _, content := range contents {
		b = append(b, 0x12, 0x34)
		b = binary.BigEndian.AppendUint16(b, uint16(len(content)))
		b = append(b, content...)
	}
	return b
}

// data is the content of a packet with a part of a body.
func data(s string) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(s))), s...)
}

// ask is a request to be encoded.
type ask struct {
	method         byte // 0 is GET
	protocol, path string
	fields         [][2]string // names that have codes are sent as codes
	attributes     []byte
	secret         string
	tls            bool
}

// fields are what a browser sends.
var fields = [][2]string{
	{"Host", "www.example.com"},
	{"User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"},
	{"Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
	{"Accept-Language", "en-US,en;q=0.5"},
	{"Accept-Encoding", "gzip, deflate, br"},
	{"Cookie", "theme=dark; visits=12"},
	{"Upgrade-Insecure-Requests", "1"},
}

// content is that of the FORWARD_REQUEST.
func (a ask) content() []byte {
	if a.method == 0 {
		a.method = 2
	}
	if a.protocol == "" {
		a.protocol = "HTTP/1.1"
	}
	if a.path == "" {
		a.path = "/"
	}
	b := []byte{byte(typeForwardRequest), a.method}
	b = appendString(b, a.protocol)
	b = appendString(b, a.path)
	b = appendString(b, "192.0.2.7")
	b = append(b, 0xff, 0xff) // remote_host
	b = appendString(b, "www.example.com")
	b = append(b, 0, 80, 0)
	if a.tls {
		b[len(b)-1] = 1
	}
	b = binary.BigEndian.AppendUint16(b, uint16(len(a.fields)))
	for _, f := range a.fields {
		if code := requestCode(f[0]); code != 0 {
			b = binary.BigEndian.AppendUint16(b, code)
		} else {
			b = appendString(b, f[0])
		}
		b = appendString(b, f[1])
	}
	b = append(b, a.attributes...)
	if a.secret != "" {
		b = attr(b, attrSecret, a.secret)
	}
	return append(b, byte(attrsDone))
}

func (a ask) bytes() []byte { return toUs(a.content()) }

func requestCode(name string) uint16 {
	for i, known := range requestFields {
		if string(known) == name {
			return coded + uint16(i)
		}
	}
	return 0
}

// attr appends an attribute: its strings.
func attr(b []byte, a attribute, values ...string) []byte {
	b = append(b, byte(a))
	for _, v := range values {
		b = appendString(b, v)
	}
	return b
}

// get is a GET as Apache sends it: with the client's port.
func get(path string) []byte {
	return ask{path: path, fields: fields, attributes: attr(nil, attrNamed, "AJP_REMOTE_PORT", "51234")}.bytes()
}

// post is a POST with a length, and the part of the body that comes unasked.
func post(length int, first string) []byte {
	return append(posting("Content-Length", strconv.Itoa(length)), toUs(data(first))...)
}

// posting is a POST without its body.
func posting(name, value string) []byte {
	return ask{method: 4, fields: append(fields[:len(fields):len(fields)], [2]string{name, value})}.bytes()
}
