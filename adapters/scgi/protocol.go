package scgi

import (
	"net/http"

	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
	"github.com/gangplank-web/gangplank/adapters/internal/oneshot"
	"github.com/gangplank-web/gangplank/adapters/internal/respond"
	"github.com/gangplank-web/gangplank/adapters/internal/spool"
)

var protocol = oneshot.Protocol{
	Name:       "scgi",
	Interface:  "SCGI/1",
	Prefix:     prefix,
	Block:      cutComma,
	Cut:        cutHeader,
	Open:       open,
	AppendHead: respond.AppendHead,
}

func prefix(b []byte) (start, length int, err error) {
	start, length, err = parseLength(b)
	return start, length + len(","), err
}

// open checks the version: a request of another one, or of something else that
// happens to be a netstring, is not ours.
func open(_ *http.Request, facts *gateway.Request, _, sized spool.Source) (spool.Source, error) {
	if version, _ := facts.Var("SCGI"); version != "1" {
		return nil, &gateway.Error{Status: http.StatusBadRequest, Reason: "no header SCGI with the value 1"}
	}
	return sized, nil
}
