package adaptertest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
)

// SCGI is an http.RoundTripper that speaks SCGI, as a front server does.
type SCGI struct {
	// Dial connects to the server.
	Dial func(ctx context.Context) (net.Conn, error)
	// Mount is the variable SCRIPT_NAME.
	Mount string
}

var errNoLength = errors.New("SCGI needs the length of a body")

// RoundTrip sends r and returns as soon as the head of the answer is there.
func (t *SCGI) RoundTrip(r *http.Request) (*http.Response, error) {
	if outgoingLength(r) < 0 {
		return nil, errNoLength
	}
	return once{dial: t.Dial, head: t.head(r), body: sizedBody, read: ReadGatewayResponse}.roundTrip(r)
}

// head is the netstring of the headers.
func (t *SCGI) head(r *http.Request) []byte {
	var b []byte
	for i, v := range variablesInOrder(r, t.Mount) {
		b = append(append(b, v[0]...), 0)
		b = append(append(b, noNUL(v[1])...), 0)
		if i == 0 {
			b = append(b, "SCGI\x001\x00"...)
		}
	}
	head := append(strconv.AppendInt(nil, int64(len(b)), 10), ':')
	return append(append(head, b...), ',')
}
