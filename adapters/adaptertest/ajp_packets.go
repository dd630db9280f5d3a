package adaptertest

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
)

// Packet types and sizes of AJP/1.3.
const (
	ajpForward, ajpSendBodyChunk, ajpSendHeaders, ajpEndResponse, ajpGetBodyChunk, ajpCPong, ajpCPing = 2, 3, 4, 5, 6, 9, 10

	ajpMaxPacket = 8192
	ajpMaxData   = ajpMaxPacket - 6
)

func appendAJPPacket(b, payload []byte) []byte {
	b = append(b, 0x12, 0x34)
	b = binary.BigEndian.AppendUint16(b, uint16(len(payload)))
	return append(b, payload...)
}

// appendAJPData appends a part of a body; none is its end.
func appendAJPData(b, data []byte) []byte {
	return appendAJPPacket(b, append(binary.BigEndian.AppendUint16(nil, uint16(len(data))), data...))
}

func appendAJPString(b []byte, s string) []byte {
	b = binary.BigEndian.AppendUint16(b, uint16(len(s)))
	return append(append(b, s...), 0)
}

// appendAJPRequest appends r as FORWARD_REQUEST.
func appendAJPRequest(b []byte, r *http.Request, secret string) []byte {
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	target := requestTarget(r)
	path, query, hasQuery := strings.Cut(target, "?")
	port, _ := strconv.Atoi((&url.URL{Host: host}).Port())

	p := []byte{ajpForward, 0xff}
	for _, s := range []string{"HTTP/1.1", path, "127.0.0.1", "localhost", (&url.URL{Host: host}).Hostname()} {
		p = appendAJPString(p, s)
	}
	p = binary.BigEndian.AppendUint16(p, uint16(port))
	p = append(p, 0)
	p = appendAJPFields(p, r, host)
	p = appendAJPString(append(p, 13), r.Method)
	if hasQuery {
		p = appendAJPString(append(p, 5), query)
	}
	if secret != "" {
		p = appendAJPString(append(p, 12), secret)
	}
	p = appendAJPString(appendAJPString(append(p, 10), "AJP_REMOTE_PORT"), "49152")
	return appendAJPPacket(b, append(p, 0xff))
}

// appendAJPFields appends the header: Host with its code, others by their names.
func appendAJPFields(p []byte, r *http.Request, host string) []byte {
	count, n := len(p), 1
	p = append(p, 0, 0, 0xa0, 0x0b)
	p = appendAJPString(p, host)
	add := func(name, value string) {
		p = appendAJPString(appendAJPString(p, name), textproto.TrimString(value))
		n++
	}
	for name, values := range r.Header {
		if http.CanonicalHeaderKey(name) == "Content-Length" {
			continue
		}
		for _, value := range values {
			add(name, value)
		}
	}
	switch length := outgoingLength(r); {
	case length > 0, length == 0 && (r.Method == "POST" || r.Method == "PUT" || r.Method == "PATCH"):
		add("Content-Length", strconv.FormatInt(length, 10))
	case length < 0:
		add("Transfer-Encoding", "chunked")
	}
	binary.BigEndian.PutUint16(p[count:], uint16(n))
	return p
}

func readAJPPacket(r *bufio.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, cut(err)
	}
	length := int(binary.BigEndian.Uint16(head[2:]))
	if head[0] != 'A' || head[1] != 'B' || length == 0 || length > ajpMaxPacket-4 {
		return nil, fmt.Errorf("no packet: % x", head)
	}
	packet := make([]byte, length)
	_, err := io.ReadFull(r, packet)
	return packet, cut(err)
}

// ajpDecoder takes a packet apart.
type ajpDecoder struct {
	b   []byte
	err error
}

var errAJPCut = errors.New("a packet ends in the middle of a value")

func (d *ajpDecoder) take(n int) []byte {
	if n > len(d.b) {
		d.b, d.err = nil, errAJPCut
		return make([]byte, n)
	}
	p := d.b[:n]
	d.b = d.b[n:]
	return p
}

func (d *ajpDecoder) byte() byte  { return d.take(1)[0] }
func (d *ajpDecoder) uint16() int { return int(binary.BigEndian.Uint16(d.take(2))) }

func (d *ajpDecoder) string() string { return d.text(d.uint16()) }

func (d *ajpDecoder) text(n int) string {
	p := d.take(n + 1)
	if p[n] != 0 {
		d.err = errors.New("a string without its zero byte")
	}
	return string(p[:n])
}

// ajpFields are the names that have codes in answers, from 0xa001 on.
var ajpFields = []string{
	"Content-Type", "Content-Language", "Content-Length", "Date", "Last-Modified", "Location", "Set-Cookie", "Set-Cookie2",
	"Servlet-Engine", "Status", "WWW-Authenticate",
}

// head returns SEND_HEADERS in CGI's form.
func (d *ajpDecoder) head() []byte {
	b := fmt.Appendf(nil, "Status: %03d %s\r\n", d.uint16(), d.string())
	for n := d.uint16(); n > 0 && d.err == nil; n-- {
		name := ""
		switch code := d.uint16(); {
		case code > 0xa000 && code <= 0xa000+len(ajpFields):
			name = ajpFields[code-0xa001]
		default:
			name = d.text(code)
		}
		b = fmt.Appendf(b, "%s: %s\r\n", name, d.string())
	}
	d.done()
	return append(b, "\r\n"...)
}

// chunk returns the data of SEND_BODY_CHUNK.
func (d *ajpDecoder) chunk() []byte {
	data := d.take(d.uint16())
	if d.byte() != 0 {
		d.err = errors.New("a part of the body without its zero byte")
	}
	d.done()
	return data
}

func (d *ajpDecoder) done() {
	if d.err == nil && len(d.b) > 0 {
		d.err = fmt.Errorf("%d bytes too many in a packet", len(d.b))
	}
}
