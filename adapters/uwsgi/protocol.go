package uwsgi

import (
	"fmt"
	"net/http"

	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
	"github.com/gangplank-web/gangplank/adapters/internal/oneshot"
	"github.com/gangplank-web/gangplank/adapters/internal/respond"
	"github.com/gangplank-web/gangplank/adapters/internal/spool"
)

// The answer has a status line, and no Status field: Apache takes nothing else
// (502), and nginx would pass the field on to the client.
var protocol = oneshot.Protocol{
	Name:        "uwsgi",
	Interface:   "uwsgi/1",
	Prefix:      prefix,
	Cut:         cutPair,
	Open:        open,
	ChunkedBody: true,
	AppendHead:  respond.AppendRawHead,
}

// pong answers a ping: its header with a modifier2 of 1.
var pong = oneshot.Reply(appendHeader(nil, header{modifier1: modifierPing, modifier2: 1}))

func prefix(b []byte) (start, length int, err error) {
	if len(b) < headerLen {
		return 0, 0, nil
	}
	switch h := parseHeader(b); h.modifier1 {
	case modifierRequest:
		return headerLen, h.length, nil
	case modifierPing:
		return 0, 0, pong
	default:
		return 0, 0, &gateway.Error{Status: http.StatusNotImplemented, Reason: fmt.Sprintf("packet with modifier1 %d", h.modifier1)}
	}
}

// open finds the body: as many bytes as are declared, else chunks, if the front
// server passes on what its client sent in chunks.
func open(r *http.Request, facts *gateway.Request, rest, sized spool.Source) (spool.Source, error) {
	if r.ContentLength >= 0 {
		return sized, nil
	}
	return newChunked(facts, rest)
}
